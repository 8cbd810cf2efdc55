#!/usr/bin/env python3
"""Groonga: TokenBigram, NormalizerAuto, asked over its own HTTP server.

    groonga.py prepare CORPUS          paragraphs.tsv as Groonga's load commands (not timed)
    groonga.py build   CORPUS DIR
    groonga.py hits    URL QUERIES OUT
    groonga.py paths   QUERIES OUT     the request paths for the load generator

Facts stand once an article, in a table of their own; the index is made after the load,
as its manual advises for bulk loads.
"""
import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request

from timing import read_queries, write_hits

MOST_HITS = 1000
SCHEMA = """\
table_create Articles TABLE_HASH_KEY ShortText
column_create Articles title COLUMN_SCALAR ShortText
column_create Articles date COLUMN_SCALAR ShortText
column_create Articles source COLUMN_SCALAR ShortText
table_create Paragraphs TABLE_NO_KEY
column_create Paragraphs article COLUMN_SCALAR Articles
column_create Paragraphs n COLUMN_SCALAR UInt32
column_create Paragraphs text COLUMN_SCALAR Text
"""
INDEX = """\
table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto
column_create Terms text COLUMN_INDEX|WITH_POSITION Paragraphs text
"""
COLUMNS = 'article._key,article.title,article.date,article.source,n,text,snippet_html(text)'


def prepare(corpus):
    with open(os.path.join(corpus, 'paragraphs.tsv'), encoding='utf-8') as tsv, \
         open(os.path.join(corpus, 'groonga.load'), 'w', encoding='utf-8') as out, \
         open(os.path.join(corpus, 'groonga.articles'), 'w', encoding='utf-8') as articles:
        articles.write('load --table Articles\n[\n["_key","title","date","source"]')
        out.write('load --table Paragraphs\n[\n["article","n","text"]')
        last = None
        for line in tsv:
            key, n, title, date, source, text = line.rstrip('\n').split('\t')
            out.write(',\n' + json.dumps([key, int(n), text], ensure_ascii=False))
            if key != last:
                last = key
                articles.write(',\n' + json.dumps([key, title, date, source],
                                                  ensure_ascii=False))
        out.write('\n]\n')
        articles.write('\n]\n')


def build(corpus, folder):
    db = os.path.join(folder, 'db')
    subprocess.run(['groonga', '-n', db, 'status'], check=True, stdout=subprocess.DEVNULL)
    articles = os.path.join(corpus, 'groonga.articles')
    load = os.path.join(corpus, 'groonga.load')
    commands = os.path.join(folder, 'schema')
    index = os.path.join(folder, 'index')
    for path, text in ((commands, SCHEMA), (index, INDEX)):
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
    for path in (commands, articles, load, index):
        subprocess.run(['groonga', '--file', path, db], check=True, stdout=subprocess.DEVNULL)
    os.remove(commands)
    os.remove(index)


def path_of(query, limit=10, columns=COLUMNS):
    return '/d/select?' + urllib.parse.urlencode({
        'table': 'Paragraphs', 'match_columns': 'text', 'query': f'"{query}"',
        'output_columns': columns, 'sort_keys': '-_score', 'limit': limit, 'cache': 'no'})


def main():
    verb, args = sys.argv[1], sys.argv[2:]
    if verb == 'prepare':
        prepare(*args)
    elif verb == 'build':
        build(*args)
    elif verb == 'paths':
        with open(args[1], 'w', encoding='utf-8') as f:
            f.writelines(path_of(q) + '\n' for q in read_queries(args[0]))
    else:
        def find(q):
            path = path_of(q, MOST_HITS, 'article._key,n')
            with urllib.request.urlopen(args[0] + path) as answer:
                found = json.load(answer)[1][0]
            return found[0][0], [f'{key}#{n}' for key, n in found[2:]]
        write_hits(read_queries(args[1]), args[2], find)


if __name__ == '__main__':
    main()
