#!/usr/bin/env python3
"""SQLite FTS5 with its trigram tokenizer.

    sqlite.py build  CORPUS DIR
    sqlite.py search DIR QUERIES ROUNDS
    sqlite.py hits   DIR QUERIES OUT

Phrases of two characters have no trigram: they are left out.
"""
import os
import sqlite3
import sys

from timing import measure, read_queries, write_hits

MOST_HITS = 1000


def rows(path):
    with open(path, encoding='utf-8') as f:
        for line in f:
            key, n, _, _, _, text = line.rstrip('\n').split('\t')
            yield f'{key}#{n}', text


def build(corpus, folder):
    db = sqlite3.connect(os.path.join(folder, 'text.db'))
    db.execute("CREATE VIRTUAL TABLE p USING fts5(key UNINDEXED, text, tokenize='trigram')")
    with db:
        db.executemany('INSERT INTO p VALUES (?, ?)', rows(os.path.join(corpus, 'paragraphs.tsv')))
    db.close()


def main():
    verb, args = sys.argv[1], sys.argv[2:]
    if verb == 'build':
        build(*args)
        return
    db = sqlite3.connect(os.path.join(args[0], 'text.db'))
    queries = [q for q in read_queries(args[1]) if len(q) >= 3]
    if verb == 'search':
        sql = 'SELECT key, text FROM p WHERE text MATCH ? ORDER BY rank LIMIT 10'
        measure(queries, int(args[2]), lambda q: len(db.execute(sql, (f'"{q}"',)).fetchall()))
    else:
        sql = 'SELECT key FROM p WHERE text MATCH ?'

        def find(q):
            keys = [row[0] for row in db.execute(sql, (f'"{q}"',))]
            return len(keys), keys[:MOST_HITS]
        write_hits(queries, args[2], find)


if __name__ == '__main__':
    main()
