#!/usr/bin/env python3
"""corpus.py N OUT [--text FILE.jsonl.zst | --samples DIR] [--queries K] : text to measure with.

Writes N paragraphs of about 250 bytes into the folder OUT:

    articles.ndjson   in the import format: what jianwen-indexer reads
    paragraphs.tsv    id, n, title, date, source, text: what the peers' loaders read;
                      n = 0 is the title
    queries.txt       K phrases of two to eight Han characters, a line each
    corpus.json       what was made: counts, bytes, where the text comes from

Real articles come first, in their own order (evenly chosen when there are more than
are wanted), their long paragraphs split at sentence ends; when there are not enough,
new articles are put together from their sentences.  Everything follows from one seed.
"""
import argparse
import glob
import json
import os
import random
import re
import subprocess

SEED = 20240229
# Where a paragraph is cut; the mean becomes about 250 bytes.
PARAGRAPH_BYTES = 222
# Paragraphs of a made-up article: what the real ones have on average, about.
PARAGRAPHS_PER_ARTICLE = 8
SENTENCE = re.compile(r'[^。！？!?；]*[。！？!?；]+[”’」』）)]*|[^。！？!?；]+$')
HAN_RUN = re.compile('[\u4e00-\u9fff]{2,}')


def read_articles(path):
    with subprocess.Popen(['zstd', '-dcq', path], stdout=subprocess.PIPE) as zstd:
        for line in zstd.stdout:
            yield json.loads(line)


def read_samples(folder):
    """The project's own sample articles; a date and a title each, the body in lines."""
    for path in sorted(glob.glob(os.path.join(folder, '*.txt'))):
        with open(path, encoding='utf-8') as f:
            text = f.read().split('\n---\n')[-1]
        lines = [line.strip() for line in text.splitlines()]
        body = [p for p in ''.join(l if l else '\n' for l in lines).split('\n') if p]
        if body:
            yield {'id': os.path.basename(path), 'title': body[0][:40], 'date': '2024-01-01',
                   'source': 'samples', 'paragraphs': body}


def split(paragraph):
    """Cut at sentence ends into pieces of about PARAGRAPH_BYTES."""
    piece, size, pieces = [], 0, []
    for sentence in SENTENCE.findall(paragraph):
        n = len(sentence.encode())
        if size and size + n / 2 > PARAGRAPH_BYTES:
            pieces.append(''.join(piece))
            piece, size = [], 0
        piece.append(sentence)
        size += n
    if piece:
        pieces.append(''.join(piece))
    return [p for p in (re.sub(r'\s+', ' ', p).strip() for p in pieces) if p]


def recombine(pieces, rng):
    """Endless articles whose paragraphs are sentences of pieces in chance order."""
    sentences = [s.strip() for p in pieces for s in SENTENCE.findall(p) if s.strip()]
    sizes = [len(s.encode()) for s in sentences]
    n, number = len(sentences), 0
    while True:
        number += 1
        paragraphs = []
        while len(paragraphs) < PARAGRAPHS_PER_ARTICLE:
            text, size = [], 0
            while size < PARAGRAPH_BYTES * 7 // 8:
                i = int(rng.random() * n)
                text.append(sentences[i])
                size += sizes[i]
            paragraphs.append(''.join(text))
        date = f'{rng.randrange(1990, 2025)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}'
        yield {'id': f'made-{number:07}', 'title': sentences[int(rng.random() * n)][:30],
               'date': date, 'source': f'made {number % 50}', 'paragraphs': paragraphs}


def articles_of(source, wanted):
    """@return an iterator over articles of short paragraphs, without end."""
    real, pieces = [], []
    for a in source:
        a['title'] = re.sub(r'\s+', ' ', a.get('title') or '').strip()
        a['paragraphs'] = [piece for p in a['paragraphs'] for piece in split(p)]
        if a['paragraphs']:
            real.append(a)
            pieces.extend(a['paragraphs'])
    # Spread evenly over the whole, in its own order.
    share, due = min(1, wanted / len(pieces)), 0.0
    for a in real:
        due += share
        if due >= 1 or share == 1:
            due -= 1
            yield a
    yield from recombine(pieces, random.Random(SEED + 1))


def write(args):
    rng = random.Random(SEED)
    counts = {'articles': 0, 'paragraphs': 0, 'text_bytes': 0, 'title_bytes': 0,
              'made_articles': 0}
    sample = []
    source = read_articles(args.text) if args.text else read_samples(args.samples)
    with open(os.path.join(args.out, 'articles.ndjson'), 'w', encoding='utf-8') as ndjson, \
         open(os.path.join(args.out, 'paragraphs.tsv'), 'w', encoding='utf-8') as tsv:
        for a in articles_of(source, args.n):
            keep = a['paragraphs'][:args.n - counts['paragraphs']]
            facts = {k: a[k] for k in ('id', 'title', 'date', 'source')}
            ndjson.write(json.dumps({**facts, 'paragraphs': keep}, ensure_ascii=False) + '\n')
            counts['articles'] += 1
            counts['made_articles'] += a['id'].startswith('made-')
            counts['paragraphs'] += len(keep)
            counts['title_bytes'] += len(a['title'].encode())
            counts['text_bytes'] += sum(len(p.encode()) for p in keep)
            if rng.random() < min(1, 100000 / args.n):
                sample.extend(keep)
            if not args.no_tsv:
                write_rows(tsv, a, keep)
            if counts['paragraphs'] >= args.n:
                break
    return counts, sample


def write_rows(tsv, a, paragraphs):
    facts = '\t'.join((a['title'], a['date'], a['source']))
    if a['title']:
        tsv.write(f'{a["id"]}\t0\t{facts}\t{a["title"]}\n')
    tsv.writelines(f'{a["id"]}\t{n}\t{facts}\t{p}\n' for n, p in enumerate(paragraphs, 1))


def phrases(sample, how_many):
    """Distinct Han strings of two to eight characters, all lengths as often."""
    rng, found, tries = random.Random(SEED + 2), {}, 0
    while len(found) < how_many and tries < 200 * how_many:
        tries += 1
        runs = HAN_RUN.findall(rng.choice(sample))
        length = 2 + len(found) % 7
        runs = [r for r in runs if len(r) >= length]
        if runs:
            run = rng.choice(runs)
            at = rng.randrange(len(run) - length + 1)
            found[run[at:at + length]] = True
    return list(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('n', type=int)
    parser.add_argument('out')
    parser.add_argument('--text')
    parser.add_argument('--samples')
    parser.add_argument('--no-tsv', action='store_true')
    parser.add_argument('--queries', type=int, default=4000)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    counts, sample = write(args)
    queries = phrases(sample, args.queries)
    with open(os.path.join(args.out, 'queries.txt'), 'w', encoding='utf-8') as f:
        f.writelines(q + '\n' for q in queries)
    counts.update(queries=len(queries), seed=SEED,
                  source='articles' if args.text else 'samples')
    with open(os.path.join(args.out, 'corpus.json'), 'w', encoding='utf-8') as f:
        json.dump(counts, f)
    print(json.dumps(counts))


if __name__ == '__main__':
    main()
