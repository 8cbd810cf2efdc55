#!/usr/bin/env python3
"""Of thousands of hits the page has the best: what holds the phrase most often, of those the newest, of those the first."""
import random
import unittest

from harness import Case, Server, article, ndjson, run_indexer

ARTICLES = 3000
# Each of these is one list: a pair, and an n-gram that is frequent.
PHRASES = ('齿轮', '人民代表大会')
# Before them, so that the hits have other documents between them.
FILLER = '，'.join('江河湖海日月星辰')


class BestOfMany(Case):
    def index_of(self, most, *options, later=0):
        """Each phrase up to `most` times; few dates, so that many hits have one date.  `later` articles come into
        the index behind the others."""
        r = random.Random(most)
        self.facts = []
        articles = []
        for i in range(ARTICLES):
            times = 1 if r.random() < .9 else r.randint(1, most)
            date = f'20{r.randint(10, 19)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}'
            texts = [FILLER] * r.choice((0, 0, 1, 3)) + ['。'.join(['和'.join(PHRASES)] * times)]
            self.facts.append((-times, date, i))
            articles.append(article(f'a{i:05}', *texts, date=date))
        for some in (articles[:ARTICLES - later], articles[ARTICLES - later:]):
            if some:
                ran = run_indexer('--index', self.index, 'import', *options, '-', stdin=ndjson(some))
                self.assertEqual(ran.code, 0, str(ran))

    def check(self):
        # By date backwards, then stably by how often; equal ones stay in the order in which they came.
        order = sorted(sorted(self.facts, key=lambda f: f[1], reverse=True), key=lambda f: f[0])
        want = [f'a{i:05}' for _, _, i in order]
        with Server(self.index) as server:
            for phrase in PHRASES:
                for limit in (1, 10, 70, 500):
                    for offset in (0, 30):
                        answer = server.search(f'"{phrase}"', unit='paragraph', limit=limit, offset=offset)
                        self.assertEqual(answer['total']['value'], ARTICLES)
                        self.assertEqual([h['id'] for h in answer['hits']], want[offset:offset + limit],
                                         (phrase, limit, offset))

    def test_mostly_once(self):
        self.index_of(3)
        self.check()

    def test_once(self):
        self.index_of(1)
        self.check()

    def test_with_what_came_later(self):
        """What is in a delta is no worse, nor what is in a base beside it."""
        self.index_of(3, later=400)
        self.check()

    def test_written_by_xapian(self):
        self.index_of(6, '--stock')
        self.check()


if __name__ == '__main__':
    unittest.main(verbosity=2)
