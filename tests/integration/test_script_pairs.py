#!/usr/bin/env python3
"""Simplified questions about traditional text answer as well as the traditional ones: success at the first hit, by HTTP."""
import json
import os
import subprocess
import tempfile
import unittest

from harness import SOURCE_DIR, Server, clean_environment, target_of
from server_harness import INDEXER

SET = os.path.join(SOURCE_DIR, '..', 'shared', 'sets', 'drcd')
WITHIN = 0.01


def lines_of(name):
    with open(os.path.join(SET, name), encoding='utf-8') as f:
        return [json.loads(line) for line in f]


class Pairs(unittest.TestCase):
    def success(self, wire, queries, relevant):
        n = 0
        for q in queries:
            answer = wire.get(target_of(q['text'], limit=1))
            self.assertEqual(answer.status, 200)
            hits = answer.json['hits']
            n += bool(hits) and hits[0]['id'] in relevant[q['id']]
        return n / len(queries)

    def test_simplified_questions(self):
        if not os.path.exists(SET):
            self.skipTest('skipped: no ../shared/sets/drcd')
        relevant = {}
        with open(os.path.join(SET, 'qrels.tsv'), encoding='utf-8') as f:
            for line in f:
                query, document, grade = line.split('\t')
                if int(grade) > 0:
                    relevant.setdefault(query, set()).add(document)
        documents = '\n'.join(json.dumps({'id': d['id'], 'title': d['title'], 'paragraphs': [d['text']]}, ensure_ascii=False)
                              for d in lines_of('docs.jsonl'))
        with tempfile.TemporaryDirectory(prefix='jw-pairs-') as folder:
            index = os.path.join(folder, 'index')
            subprocess.run([INDEXER, '--index', index, 'import', '-'], input=documents.encode(), check=True,
                           stdout=subprocess.DEVNULL, env=clean_environment())
            with Server(index, environment={'JIANWEN_QUERY_TIME_MS': '0'}) as server, server.wire(60) as wire:
                original = self.success(wire, lines_of('queries.jsonl'), relevant)
                simplified = self.success(wire, lines_of('queries.simplified.jsonl'), relevant)
        print(f'success@1: {original:.4f} as asked, {simplified:.4f} in simplified characters')
        self.assertLessEqual(abs(original - simplified), WITHIN)
        self.assertGreater(original, 0.8)


if __name__ == '__main__':
    unittest.main()
