#!/usr/bin/env python3
"""The exactness oracle on the corpus beside the project: 2,000 random phrases, or as many as JW_ORACLE_PHRASES says."""
import json
import os
import subprocess
import unittest

import oracle
from harness import SOURCE_DIR

CORPUS = os.path.join(SOURCE_DIR, '..', 'shared', 'corpus', 'articles.jsonl.zst')


class Corpus(unittest.TestCase):
    def test_corpus(self):
        if not os.path.exists(CORPUS):
            self.skipTest('skipped: no ../shared/corpus')
        lines = subprocess.run(['zstd', '-dc', CORPUS], check=True, stdout=subprocess.PIPE).stdout
        articles = [json.loads(line) for line in lines.splitlines()]
        print(oracle.run(articles, int(os.environ.get('JW_ORACLE_PHRASES', '2000')), 20210630))


if __name__ == '__main__':
    unittest.main()
