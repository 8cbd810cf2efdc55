"""Judged sets: folders with docs.jsonl, queries.jsonl, qrels.tsv; and known-item sets made from a corpus."""
import json
import os
import random
import re

SEED = 20210630
QUERIES = 1500
SENTENCE_END = re.compile(r'(?<=[。！？；])')
HAN = re.compile(r'[\u4e00-\u9fff]+')
BRACKETS = re.compile(r'【[^】]*】')


def read_jsonl(path):
    with open(path, encoding='utf-8') as f:
        return [json.loads(line) for line in f if line.strip()]


def write_jsonl(path, rows):
    with open(path, 'w', encoding='utf-8') as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False) + '\n')


def headline(rng, article):
    """The headline as printed."""
    title = BRACKETS.sub('', article['title']).strip()
    return title if len(title) >= 6 else None


def keywords(rng, article):
    """Two or three pieces of the headline of two to four characters, in any order."""
    runs = [r for r in HAN.findall(BRACKETS.sub('', article['title'])) if len(r) >= 4]
    if not runs:
        return None
    pieces = []
    for _ in range(rng.choice((2, 3))):
        run = rng.choice(runs)
        n = rng.choice((2, 3, 4))
        at = rng.randrange(len(run) - n + 1)
        pieces.append(run[at:at + n])
    return ' '.join(dict.fromkeys(pieces))


def sentence_of(rng, article):
    sentences = [s for s in SENTENCE_END.split(''.join(article['paragraphs'])) if 15 <= len(s) <= 60]
    return rng.choice(sentences) if sentences else None


def fragment(rng, article):
    """Ten to twenty characters of a sentence."""
    sentence = sentence_of(rng, article)
    if not sentence:
        return None
    n = rng.randint(10, min(20, len(sentence)))
    at = rng.randrange(len(sentence) - n + 1)
    return sentence[at:at + n]


def retold(rng, article):
    """A sentence as remembered: a fifth of its characters forgotten, its clauses in another order."""
    sentence = sentence_of(rng, article)
    if not sentence:
        return None
    clauses = [c for c in re.split('[，、：；。！？“”]', sentence) if c]
    rng.shuffle(clauses)
    return ''.join(c for c in ''.join(clauses) if rng.random() > 0.2)


def remembered(rng, article):
    """Three pieces of three to five characters from anywhere in the text."""
    runs = [r for r in HAN.findall(''.join(article['paragraphs'])) if len(r) >= 5]
    if len(runs) < 3:
        return None
    pieces = []
    for run in rng.sample(runs, 3):
        n = rng.randint(3, 5)
        at = rng.randrange(len(run) - n + 1)
        pieces.append(run[at:at + n])
    return ' '.join(pieces)


KINDS = {'headline': headline, 'keywords': keywords, 'fragment': fragment, 'retold': retold,
         'remembered': remembered}


def known_items(corpus, folder):
    """Make a set of a corpus (import format), a file of questions for each kind.  Headlines are left out of the
    documents."""
    os.makedirs(folder)
    write_jsonl(os.path.join(folder, 'docs.jsonl'),
                [{'id': a['id'], 'title': '', 'text': '\n'.join(a['paragraphs'])} for a in corpus])
    titled = [a for a in corpus if a.get('title')]
    qrels = []
    for kind, make in KINDS.items():
        rng = random.Random(SEED)
        source = titled if kind in ('headline', 'keywords') else corpus
        queries = []
        for article in rng.sample(source, len(source)):
            text = make(rng, article)
            if text:
                queries.append({'id': f'{kind}-{len(queries)}', 'text': text})
                qrels.append(f'{queries[-1]["id"]}\t{article["id"]}\t1\n')
            if len(queries) == QUERIES:
                break
        write_jsonl(os.path.join(folder, f'queries.{kind}.jsonl'), queries)
    with open(os.path.join(folder, 'qrels.tsv'), 'w', encoding='utf-8') as f:
        f.writelines(qrels)
