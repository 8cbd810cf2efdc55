#!/usr/bin/env python3
"""The boolean oracle, 5,000 queries: on made articles, and on the corpus beside the project when it is there.
JW_BOOLEAN_QUERIES says how many others."""
import json
import os
import random
import subprocess
import unittest

import boolean_oracle
from harness import SOURCE_DIR
from test_boolean import made

CORPUS = os.path.join(SOURCE_DIR, '..', 'shared', 'corpus', 'articles.jsonl.zst')
QUERIES = int(os.environ.get('JW_BOOLEAN_QUERIES', '5000'))
ARTICLES = 6000
SECTIONS = ('要闻', '经济', '体育', '')
AUTHORS = ('王小明', '李华', '王小明、李华', '')


class Many(unittest.TestCase):
    def test_made_articles(self):
        rng = random.Random(7)
        print(boolean_oracle.run([made(rng, i) for i in range(900)], QUERIES, 1))

    def test_corpus(self):
        if not os.path.exists(CORPUS):
            self.skipTest('skipped: no ../shared/corpus')
        rng = random.Random(8)
        lines = subprocess.run(['zstd', '-dc', CORPUS], check=True, stdout=subprocess.PIPE).stdout.splitlines()
        articles = []
        for line in rng.sample(lines, ARTICLES):
            a = json.loads(line)
            a.update(section=rng.choice(SECTIONS), author=rng.choice(AUTHORS), page=rng.choice(('01', '02', '03')))
            articles.append(a)
        print(boolean_oracle.run(articles, QUERIES, 2))


if __name__ == '__main__':
    unittest.main()
