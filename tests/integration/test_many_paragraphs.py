#!/usr/bin/env python3
"""More paragraphs in one batch than a run may have: the batch becomes several runs, and nothing is lost."""
import glob
import os
import subprocess
import unittest

from harness import Case, Server, article, ndjson, run_indexer

A_RUN = 1 << 21
EACH = 900000


class ManyParagraphs(Case):
    def test_a_batch_of_several_runs(self):
        ends = ('末尾甲乙丙', '末尾丁戊己', '末尾庚辛壬')
        articles = [article(f'long-{i}', *['字'] * EACH, end) for i, end in enumerate(ends)]
        n_docs = sum(len(a['paragraphs']) + 1 for a in articles)
        self.assertGreater(n_docs, A_RUN)
        self.assertEqual(run_indexer('--index', self.index, 'import', '-', stdin=ndjson(articles)).code, 0)
        more = run_indexer('--index', self.index, 'import', '-', stdin=ndjson([article('short', '末尾甲乙')]))
        self.assertEqual(more.code, 0, str(more))
        # All that is stored is one batch of a merge.
        merged = run_indexer('--index', self.index, 'merge')
        self.assertEqual(merged.code, 0, str(merged))
        stretches = self.stretches()
        self.assertEqual(sum(stretches), n_docs + 2)
        self.assertGreater(len(stretches), 1)
        self.assertGreater(max(stretches), A_RUN // 2)
        self.assertLessEqual(max(stretches), A_RUN)
        self.assertEqual(run_indexer('--index', self.index, 'check').code, 0)
        with Server(self.index) as server:
            for i, end in enumerate(ends):
                answer = server.search(f'"{end}"', unit='paragraph')
                self.assertEqual([h['id'] for h in answer['hits']], [f'long-{i}'], end)
            self.assertEqual(server.search('"末尾"', unit='paragraph')['total'], {'value': 4, 'relation': 'eq'})

    def stretches(self):
        """Documents of each stretch: LEB128 numbers in the metadata."""
        base, = glob.glob(os.path.join(self.index, 'base-*'))
        printed = subprocess.run(['xapian-metadata', 'get', base, 'stretches'], stdout=subprocess.PIPE, check=True).stdout
        numbers, value, shift = [], 0, 0
        for byte in printed[:-1]:  # behind it a line's end
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                numbers.append(value)
                value, shift = 0, 0
        return numbers


if __name__ == '__main__':
    unittest.main(verbosity=2)
