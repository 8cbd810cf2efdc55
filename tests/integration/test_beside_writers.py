#!/usr/bin/env python3
"""The verbs that only read, while others add, replace, delete, watch and merge: each sees one whole state."""
import collections
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from harness import Case, INDEXER, PATIENCE, WAIT_S, article, body_texts, clean_environment, ndjson, run_indexer, wait_until

# Articles of the base and of the delta that nobody touches.
STILL = 800
# Articles that are always written together, in one commit.
TOGETHER = 5
GROUPS = 4
ROUNDS = 10


def still(n):
    return article(f'still/{n}', f'第{n}号车间的齿轮装配完毕，等待验收。' * (1 + n % 7), title=f'不动之{n}')


def together(group, version):
    return [article(f'group/{group}/{k}', f'版本{version}', f'第{group}组第{k}篇，说的是轴承。')
            for k in range(TOGETHER)]


class Writer(threading.Thread):
    """Changes the index without a pause, one commit after the other, until told to stop."""

    def __init__(self, index, merges):
        super().__init__()
        self.index, self.merges = index, merges
        self.ended = threading.Event()
        self.done = collections.Counter()
        self.bad = []

    def verb(self, *args, stdin=b''):
        ran = run_indexer('--index', self.index, *args, stdin=stdin)
        # Another writer may be at work.
        while ran.code == 75 and not self.ended.is_set():
            time.sleep(0.01)
            ran = run_indexer('--index', self.index, *args, stdin=stdin)
        self.done[args[0]] += 1
        if ran.code not in (0, 75):
            self.bad.append(str(ran))

    def run(self):
        version = 0
        while not self.ended.is_set() and not self.bad:
            version += 1
            group = version % GROUPS
            self.verb('import', '-', stdin=ndjson(together(group, version)))
            if version % 2 == 0:
                self.verb('delete', *[f'group/{group}/{k}' for k in range(TOGETHER)])
            if self.merges and version % 5 == 0:
                self.verb('merge')

    def has_done_all(self):
        """Whether each kind of change was made, so that readers were not alone."""
        verbs = ('import', 'delete') + (('merge',) if self.merges else ())
        return bool(self.bad) or all(self.done[v] >= 2 for v in verbs)

    def end(self):
        self.ended.set()
        self.join()


class BesideWriters(Case):
    def setUp(self):
        super().setUp()
        self.import_articles(*[still(n) for n in range(STILL // 2)])
        self.import_articles(*[still(n) for n in range(STILL // 2, STILL)])
        self.still = {f'still/{n}': still(n) for n in range(STILL)}

    def check_export(self):
        """No article is lost, none comes twice, and what was written together is seen together."""
        exported = self.export()
        for article_id, wanted in self.still.items():
            self.assertEqual(body_texts(exported[article_id]['paragraphs']), wanted['paragraphs'])
        groups = collections.defaultdict(list)
        for article_id, a in exported.items():
            if article_id.startswith('group/'):
                groups[article_id.split('/')[1]].append(a['paragraphs'][0]['text'])
        for group, versions in groups.items():
            self.assertEqual((len(versions), len(set(versions))), (TOGETHER, 1), f'group {group}: {versions}')

    def read(self):
        self.check_export()
        self.assertIn('the index is sound', self.indexer('check').out)
        stats = dict(line.split() for line in self.indexer('stats').lines())
        self.assertGreaterEqual(int(stats['articles']), STILL)

    def beside(self, merges):
        writer = Writer(self.index, merges)
        writer.start()
        try:
            n = 0
            while n < ROUNDS or not writer.has_done_all():
                self.read()
                n += 1
        finally:
            writer.end()
        self.assertEqual(writer.bad, [])
        self.read()

    def test_add_and_delete(self):
        self.beside(merges=False)

    def test_merge(self):
        self.beside(merges=True)

    def test_export_that_is_read_slowly(self):
        """All that comes after the first line was written is of the state of before, or has to be."""
        before = sorted(self.indexer('export').lines())
        command = [INDEXER, '--index', self.index, 'export']
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=clean_environment()) as export:
            lines = [export.stdout.readline()]
            for version in range(6):
                self.import_articles(*together(version % GROUPS, version), still(STILL - 1))
                self.indexer('delete', 'group/0/0' if version == 0 else f'still/{STILL - 1 - version}')
            self.indexer('merge')
            lines += export.stdout.readlines()
            said = export.stderr.read().decode()
        self.assertEqual((export.returncode, said), (0, ''))
        self.assertEqual(sorted(line.decode().rstrip('\n') for line in lines), before)

    def test_watch(self):
        drop = self.path('drop')
        os.mkdir(drop)
        with open(self.path('said'), 'wb') as said:
            watch = subprocess.Popen([INDEXER, '--index', self.index, 'watch', drop], stdout=said, stderr=said,
                                     env=clean_environment())
        try:
            for n in range(ROUNDS):
                self.write(os.path.join('drop', f'{n}.jsonl'), ndjson([still(STILL + n)]))
                self.read()
            self.still.update({f'still/{STILL + n}': still(STILL + n) for n in range(ROUNDS)})
            wait_until(lambda: len(self.export()) == len(self.still), 'all files are to be taken')
        finally:
            watch.send_signal(signal.SIGTERM)
            self.assertEqual(watch.wait(WAIT_S * PATIENCE), 0)
        self.check_export()


if __name__ == '__main__':
    unittest.main()
