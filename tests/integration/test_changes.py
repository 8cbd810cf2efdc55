#!/usr/bin/env python3
"""An index that is changed and merged while the server is asked without a pause."""
import json
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from harness import ARTICLES, PATIENCE, Case, Server, article, target_of, wait_until
from server_harness import middle, seconds_until

ROUNDS = 5
ADDED = 12
# New states must be seen within a second (stretched under sanitizers).
FOLLOW_S = 1


def numbered(n, word):
    return article(f'n/{n}', f'第{n}号车间的{word}装配完毕，等待验收。',
                   f'另一段谈第{n}号车间的轴承。', title=f'{word}之{n}', date='2021-06-30')


class Asker(threading.Thread):
    """Asks one thing after the other on one connection until told to stop."""

    def __init__(self, server, targets):
        super().__init__()
        self.server, self.targets = server, targets
        self.ended = threading.Event()
        self.asked = 0
        self.bad = []

    def run(self):
        with self.server.wire() as wire:
            while not self.ended.is_set() and not self.bad:
                for target in self.targets:
                    answer = wire.get(target)
                    self.asked += 1
                    if answer is None or answer.status != 200:
                        self.bad.append((target, answer and (answer.status, answer.body)))
                        return

    def end(self):
        self.ended.set()
        self.join()


class Changes(Case):
    def segments(self):
        return sorted(n for n in os.listdir(self.index) if '-' in n)

    def total(self, server, q, **more):
        return server.search(q, **more)['total']['value']

    def follow(self, server, q, want):
        took = seconds_until(lambda: self.total(server, q) == want)
        self.assertIsNotNone(took, f'{q} is to have {want} hits')
        self.took.append(took)

    def test_no_request_fails(self):
        self.import_articles(*[numbered(n, '齿轮') for n in range(200)])
        self.took = []
        targets = [target_of('齿轮'), target_of('车间 轴承', limit=50), '/v1/articles/n%2F7',
                   target_of('轴承', sort='newest', facets='year'), target_of('轮'), '/v1/stats']
        with Server(self.index, '--cache', '0') as server:
            askers = [Asker(server, targets[i:] + targets[:i]) for i in range(3)]
            for a in askers:
                a.start()
            alive = 200
            for r in range(ROUNDS):
                word = '甲乙丙丁戊'[r] * 2 + '标记'
                first = 1000 + r * 100
                self.import_articles(*[numbered(first + k, word) for k in range(ADDED)])
                self.follow(server, word, ADDED)
                # One of the base, one of the delta, and one that changes its text.
                self.indexer('delete', f'n/{100 + r}', f'n/{first}')
                self.follow(server, word, ADDED - 1)
                self.import_articles(numbered(first + 1, '换过的'))
                self.follow(server, word, ADDED - 2)
                alive += ADDED - 2
                self.follow(server, '轴承', alive)
                before = self.export()
                revision = server.get('/v1/stats').json['revision']
                self.indexer('merge')
                wait_until(lambda: server.get('/v1/stats').json['revision'] > revision,
                           'the server is to follow a merge')
                self.assertEqual(self.total(server, '轴承'), alive)
                self.assertEqual(self.total(server, word), ADDED - 2)
                self.assertEqual(self.export(), before)
                wait_until(lambda: len(self.segments()) == 1,
                           'old segments are to go when the server has let go of them')
            for a in askers:
                a.end()
                self.assertEqual(a.bad, [])
                self.assertGreater(a.asked, 20)
            self.assertLess(middle(self.took), FOLLOW_S * PATIENCE)
        self.indexer('check')

    def test_merge_is_a_new_base(self):
        """What is found and exported stays; what was removed takes no room any more."""
        self.import_articles(*[numbered(n, '齿轮') for n in range(50)])
        self.assertIn('nothing to merge', self.indexer('merge').out)
        self.import_articles(*[numbered(n, '轴瓦') for n in range(40, 60)])
        self.indexer('delete', 'n/0', 'n/59')
        self.assertEqual(len(self.segments()), 2)
        before = self.export()
        self.assertEqual(len(before), 58)
        self.indexer('merge')
        self.assertEqual(self.export(), before)
        self.assertEqual([s[:5] for s in self.segments()], ['base-'])
        stats = dict(line.split() for line in self.indexer('stats').lines())
        self.assertEqual((stats['dead_articles'], stats['articles']), ('0', '58'))
        self.indexer('check')
        # And it can be changed again.
        self.import_articles(numbered(0, '齿轮'))
        self.assertEqual(len(self.export()), 59)

    def test_merge_loses_nothing(self):
        """Facts, lines, doubtful breaks, how texts are stored: the tables are the same byte by byte."""
        self.indexer('build', ARTICLES)

        def tables():
            base = os.path.join(self.index, [s for s in self.segments() if s.startswith('base')][0])
            contents = []
            for name in ('postlist.glass', 'docdata.glass'):
                with open(os.path.join(base, name), 'rb') as f:
                    contents.append(f.read())
            return contents

        before = tables()
        self.import_articles(article('later', '后来加上又去掉的一篇。'))
        self.indexer('delete', 'later')
        self.indexer('merge')
        self.assertEqual(self.segments(), ['base-000003'])
        after = tables()
        for a, b in zip(before, after):
            self.assertTrue(a == b, 'a merge without changes gives another table')

    def test_merge_without_an_index(self):
        ran = self.indexer('merge', code=1)
        self.assertIn('jianwen-indexer build', ran.err)
        self.assertFalse(os.path.exists(self.index))

    def test_everything_deleted(self):
        self.import_articles(numbered(1, '齿轮'))
        self.indexer('delete', 'n/1')
        self.indexer('merge')
        self.assertEqual(self.export(), {})


if __name__ == '__main__':
    unittest.main()
