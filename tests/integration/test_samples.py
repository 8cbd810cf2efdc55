#!/usr/bin/env python3
"""The samples and fixtures: their paragraphs and titles come out as they are printed."""
import json
import os
import unittest

from harness import ARTICLES, FIXTURES, SAMPLES, run_indexer


# Known faults of the recovery, with the reason.  A file that comes out right must leave this list.
KNOWN = {}


class Paragraphs(unittest.TestCase):
    def compare(self, folder, gold_name):
        """Body paragraphs and titles must be those of the gold, with their lines: F1 of 1."""
        faults = {}
        with open(os.path.join(FIXTURES, gold_name), encoding='utf-8') as f:
            gold = json.load(f)
        self.assertEqual(set(gold), {n for n in os.listdir(folder) if n.endswith('.txt')})
        for name in sorted(gold):
            ran = run_indexer('paragraphs', os.path.join(folder, name))
            self.assertEqual(ran.code, 0, str(ran))
            found = ran.objects()
            for role in ('body', 'title'):
                got = [(p['text'], p['line_start'], p['line_end']) for p in found if p['role'] == role]
                want = [(p['text'], *p['lines']) for p in gold[name]['paragraphs'] if p['role'] == role]
                if got != want and (want or role == 'body'):
                    faults.setdefault(name, []).append(f'{role}: missed {[w for w in want if w not in got]}, '
                                                       f'made {[g for g in got if g not in want]}')
        self.maxDiff = None
        self.assertEqual({n: f for n, f in faults.items() if n not in KNOWN}, {})
        self.assertEqual([n for n in gold if n in KNOWN and n not in faults], [], 'right now: no longer KNOWN')

    def test_samples(self):
        self.compare(SAMPLES, 'samples.gold.json')

    def test_articles(self):
        self.compare(ARTICLES, 'articles.gold.json')


if __name__ == '__main__':
    unittest.main(verbosity=2)
