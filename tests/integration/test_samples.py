#!/usr/bin/env python3
"""The samples and fixtures: their paragraphs and titles come out as they are printed."""
import json
import os
import unittest

from harness import ARTICLES, FIXTURES, SAMPLES, run_indexer


class Paragraphs(unittest.TestCase):
    def compare(self, folder, gold_name):
        """Body paragraphs and titles must be those of the gold, with their lines: F1 of 1."""
        with open(os.path.join(FIXTURES, gold_name), encoding='utf-8') as f:
            gold = json.load(f)
        self.assertEqual(set(gold), {n for n in os.listdir(folder) if n.endswith('.txt')})
        for name in sorted(gold):
            with self.subTest(name):
                ran = run_indexer('paragraphs', os.path.join(folder, name))
                self.assertEqual(ran.code, 0, str(ran))
                found = ran.objects()
                got = [(p['text'], p['line_start'], p['line_end']) for p in found if p['role'] == 'body']
                want = [(p['text'], *p['lines']) for p in gold[name]['paragraphs'] if p['role'] == 'body']
                self.assertEqual(got, want)
                titles = [p['text'] for p in gold[name]['paragraphs'] if p['role'] == 'title']
                if titles:
                    self.assertEqual([p['text'] for p in found if p['role'] == 'title'], titles)

    def test_samples(self):
        self.compare(SAMPLES, 'samples.gold.json')

    def test_articles(self):
        self.compare(ARTICLES, 'articles.gold.json')


if __name__ == '__main__':
    unittest.main(verbosity=2)
