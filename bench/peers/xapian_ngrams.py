#!/usr/bin/env python3
"""Stock Xapian as it comes: TermGenerator and QueryParser with FLAG_CJK_NGRAM.

    xapian_ngrams.py build  CORPUS DIR
    xapian_ngrams.py search DIR QUERIES ROUNDS
    xapian_ngrams.py hits   DIR QUERIES OUT

Characters and bigrams, with positions; the work is done by the library, this file only
calls it once a paragraph.
"""
import os
import sys

import xapian

from timing import measure, read_queries, write_hits

MOST_HITS = 1000


def build(corpus, folder):
    db = xapian.WritableDatabase(folder, xapian.DB_CREATE_OR_OPEN)
    generator = xapian.TermGenerator()
    generator.set_flags(xapian.TermGenerator.FLAG_CJK_NGRAM)
    with open(os.path.join(corpus, 'paragraphs.tsv'), encoding='utf-8') as f:
        for line in f:
            key, n, _, _, _, text = line.rstrip('\n').split('\t')
            document = xapian.Document()
            generator.set_document(document)
            generator.index_text(text)
            document.set_data(f'{key}#{n}\t{text}')
            db.add_document(document)
    db.commit()
    db.close()


def main():
    verb, args = sys.argv[1], sys.argv[2:]
    if verb == 'build':
        build(*args)
        return
    db = xapian.Database(args[0])
    parser = xapian.QueryParser()
    parser.set_database(db)
    flags = xapian.QueryParser.FLAG_PHRASE | xapian.QueryParser.FLAG_CJK_NGRAM
    queries = read_queries(args[1])
    enquire = xapian.Enquire(db)

    def run(q, most, at_least):
        enquire.set_query(parser.parse_query(f'"{q}"', flags))
        return enquire.get_mset(0, most, at_least)

    if verb == 'search':
        def search(q):
            return sum(1 for m in run(q, 10, 0) if m.document.get_data())
        measure(queries, int(args[2]), search)
    else:
        def find(q):
            hits = run(q, MOST_HITS, db.get_doccount())
            keys = [m.document.get_data().split(b'\t', 1)[0].decode() for m in hits]
            return hits.get_matches_estimated(), keys
        write_hits(queries, args[2], find)


if __name__ == '__main__':
    main()
