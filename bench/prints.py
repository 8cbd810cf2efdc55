#!/usr/bin/env python3
"""How many prints of a story are known as such: prints are made by rule of articles of a corpus and indexed among them,
then each is asked for its also_in (/v1/articles/{id}/related).

prints.py [--build DIR] [--corpus FILE.jsonl[.zst]] [--articles N] [--prints N]
One line a rule: how many prints name the story that they were made of.  Then how many name others, too, which are prints
that the corpus had already, or forms: for a person to judge.
"""
import argparse
import json
import os
import random
import subprocess
import tempfile
from urllib.parse import quote

from latency import ROOT, SEED, Server, read_corpus

LEAST_CHARACTERS = 300
# Of the text: the part of the characters that are exchanged, the part that is cut off its end.
RULES = {'a dateline': (0, 0), '2 % exchanged': (.02, 0), '15 % cut off': (0, .15), '30 % cut off': (0, .3),
         '2 % exchanged, 15 % cut off': (.02, .15), '5 % exchanged': (.05, 0)}


def text_of(article):
    return article.get('text') or '\n'.join(p if isinstance(p, str) else p['text'] for p in article['paragraphs'])


def reprint(chance, text, rule):
    exchanged, cut = RULES[rule]
    kept = list(text[:round(len(text) * (1 - cut))])
    for at in chance.sample(range(len(kept)), round(len(kept) * exchanged)):
        kept[at] = chr(chance.randint(0x4E00, 0x9FA5))
    return '本报综合消息　' + ''.join(kept)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=os.path.join(ROOT, 'build/release'))
    parser.add_argument('--corpus', default=os.path.join(ROOT, '../shared/corpus/articles.jsonl.zst'))
    parser.add_argument('--articles', type=int, default=30000)
    parser.add_argument('--prints', type=int, default=1500)
    options = parser.parse_args()
    chance = random.Random(SEED)
    articles = read_corpus(options.corpus)[:options.articles]
    long = [a for a in articles if len(text_of(a)) >= LEAST_CHARACTERS]
    rules = list(RULES)
    originals = chance.sample(long, min(options.prints, len(long)))
    prints = [{'id': f'print/{n}', 'title': f'转载之{n}', 'text': reprint(chance, text_of(a), rules[n % len(rules)])}
              for n, a in enumerate(originals)]
    found, asked, others = dict.fromkeys(rules, 0), dict.fromkeys(rules, 0), 0
    with tempfile.TemporaryDirectory(prefix='jw-prints-') as folder:
        index = os.path.join(folder, 'index')
        lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles + prints)
        subprocess.run([os.path.join(options.build, 'indexer/jianwen-indexer'), '--index', index, 'import', '-'],
                       input=lines.encode(), check=False, stdout=subprocess.DEVNULL)
        with Server(options.build, index, 60000) as server:
            for n, original in enumerate(originals):
                server.connection.request('GET', f'/v1/articles/{quote(f"print/{n}", safe="")}/related')
                ids = [a['id'] for a in json.load(server.connection.getresponse())['also_in']]
                asked[rules[n % len(rules)]] += 1
                found[rules[n % len(rules)]] += original['id'] in ids
                others += any(i != original['id'] for i in ids)
    for rule in rules:
        print(f'{found[rule]:5d} of {asked[rule]:5d}  {rule}')
    print(f'{others:5d} of {len(prints):5d}  name others')


if __name__ == '__main__':
    main()
