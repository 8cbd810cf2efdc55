#!/usr/bin/env python3
"""Pages that stay true while the index grows, and totals that say what they are."""
import json
import random
import unittest

from harness import Case, Server, article, target_of
from server_harness import wait_for

WORDS = ['大坝', '水位', '澜安', '英才', '计划', '创新', '驱动', '发展', '巡查', '夜校']
SORTS = ('relevance', 'newest', 'oldest')


def made_up(name, chance):
    def text():
        return ''.join(chance.choice(WORDS) for _ in range(chance.randint(2, 20))) + '。'
    return article(name, *[text() for _ in range(chance.randint(1, 4))], title=text()[:20],
                   date=f'{chance.randint(2019, 2021)}-{chance.randint(1, 12):02}', source=chance.choice(['甲报', '乙报']))


class Pages(Case):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(3)
        self.articles = [made_up(f'a/{i:03}', self.chance) for i in range(120)]
        self.build(self.articles[:90])
        self.import_articles(*self.articles[90:])
        self.server = Server(self.index)
        self.addCleanup(self.server.__exit__, None, None, None)

    def build(self, articles):
        lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles)
        self.indexer('build', self.write('all.jsonl', lines))

    def changed(self, *arguments):
        """Run the indexer; wait until the server has the new state."""
        before = self.server.search('大坝')['revision']
        if arguments:
            self.indexer(*arguments)
        self.assertTrue(wait_for(lambda: self.server.search('大坝')['revision'] != before))

    def add(self, n, name):
        before = self.server.search('大坝')['revision']
        self.import_articles(*[made_up(f'{name}/{i:03}', self.chance) for i in range(n)])
        self.assertTrue(wait_for(lambda: self.server.search('大坝')['revision'] != before))

    def get(self, target):
        answer = self.server.get(target)
        self.assertEqual(answer.status, 200, (target, answer.body))
        return answer.json

    @staticmethod
    def keys(answer):
        return [(h['id'], tuple(p['n'] for p in h['paragraphs'][:1])) for h in answer['hits']]

    def searches(self):
        for sort in SORTS:
            for q in ('大坝', '大坝 水位', '英才计划', '大坝水位澜安', '"创新驱动"', '巡查 -夜校', '大坝 OR 夜校'):
                for unit in ('article', 'paragraph'):
                    for more in ({}, {'match': 'any'}, {'source': '甲报'}):
                        yield dict(q=q, sort=sort, unit=unit, **more)

    def test_pages_stay_true_while_the_index_grows(self):
        started = []
        for parameters in self.searches():
            first = self.server.search(limit=7, **parameters)
            whole = self.server.search(limit=1000, **parameters)
            started.append((parameters, first, self.keys(whole), first['tiers']['exact']))
        for round_number in range(3):
            self.add(25, f'n{round_number}')
            turned = []
            for parameters, page, wanted, exact in started:
                with self.subTest(round=round_number, **parameters):
                    at = (round_number * 7) if page else len(wanted)
                    if not page:
                        continue
                    self.assertEqual(self.keys(page), wanted[at:at + 7])
                    following = self.get(page['next']) if page['next'] else None
                    if following:
                        self.assertEqual(following['tiers']['exact'], exact)
                    else:
                        self.assertLessEqual(len(wanted), at + 7)
                    turned.append((parameters, following, wanted, exact))
            started = turned
        self.assertGreater(sum(1 for s in started if s[1]), 30)

    def test_scores_do_not_move(self):
        first = self.server.search('英才计划 大坝', limit=5)
        second = self.get(first['next'])
        self.add(60, 'n')
        again = self.get(first['next'])
        self.assertEqual([(h['id'], h['score']) for h in again['hits']], [(h['id'], h['score']) for h in second['hits']])
        now = self.server.search('英才计划 大坝', limit=5, offset=5)
        self.assertNotEqual([h['score'] for h in now['hits']], [h['score'] for h in second['hits']])

    def test_a_deleted_hit_leaves_no_gap(self):
        for sort in SORTS:
            for gone in (0, 6, 9):  # of the first page, its last one, of the second
                with self.subTest(sort=sort, gone=gone):
                    whole = [h['id'] for h in self.server.search('大坝', limit=30, sort=sort)['hits']]
                    first = self.server.search('大坝', limit=7, sort=sort)
                    self.changed('delete', whole[gone])
                    second = [h['id'] for h in self.get(first['next'])['hits']]
                    wanted = [i for i in whole[7:] if i != whole[gone]][:7]
                    self.assertEqual(second, wanted)

    def test_after_a_merge_no_hit_comes_twice_and_none_is_missing(self):
        started = [(p, self.server.search(limit=7, **p), self.keys(self.server.search(limit=1000, **p)))
                   for p in self.searches() if p['unit'] == 'article' and 'match' not in p]
        self.import_articles(*[made_up(f'n/{i}', self.chance) for i in range(20)])
        self.changed('merge')
        for parameters, page, wanted in started:
            if len(wanted) > 90 or not page['next']:
                continue  # beyond the ranked window new articles push others out of it
            with self.subTest(**parameters):
                seen = [h['id'] for h in page['hits']]
                while page['next']:
                    page = self.get(page['next'])
                    seen += [h['id'] for h in page['hits']]
                self.assertEqual(len(seen), len(set(seen)))
                old = [i for i in seen if i.startswith('a/')]
                if parameters['sort'] == 'relevance' and '"' not in parameters['q']:
                    old = [i for i in old if i in {k[0] for k in wanted}]
                self.assertEqual(sorted(old), sorted(k[0] for k in wanted))

    def test_a_cursor_belongs_to_its_search(self):
        following = self.server.search('大坝', limit=5, source='甲报')['next']
        self.assertIn('cursor=', following)
        for was, now in (('q=%E5%A4%A7%E5%9D%9D', 'q=%E6%B0%B4%E4%BD%8D'), ('source=%E7%94%B2%E6%8A%A5', 'source=x'),
                         ('limit=5', 'limit=5&sort=newest'), ('limit=5', 'limit=5&unit=paragraph'),
                         ('cursor=', 'cursor=A'), ('cursor=', 'cursor=%20')):
            self.assertIn(was, following)
            answer = self.server.get(following.replace(was, now))
            self.assertEqual((answer.status, answer.json['parameter']), (400, 'cursor'))
        same = self.get(following.replace('limit=5', 'limit=3&paragraphs=1&facets=year'))
        self.assertEqual(self.keys(same), self.keys(self.get(following))[:3])

    def test_totals(self):
        for parameters in self.searches():
            with self.subTest(**parameters):
                first = self.server.search(limit=3, **parameters)
                whole = self.server.search(limit=1000, **parameters)
                counted = {tier: sum(h['match'] == tier for h in whole['hits']) for tier in whole['tiers']}
                self.assertIsNone(whole['next'])
                for answer in (first, whole):
                    parts = answer['tiers']
                    for tier, total in parts.items():
                        if tier == 'partial' and answer is first and parameters.get('match') != 'any':
                            continue  # not looked for when the page is full without
                        if total['relation'] == 'eq':
                            self.assertEqual(total['value'], counted[tier], tier)
                        elif total['relation'] == 'gte':
                            self.assertLessEqual(total['value'], counted[tier], tier)
                self.assertEqual(whole['total'], {'value': len(whole['hits']), 'relation': 'eq'})

    def test_offset_up_to_its_limit(self):
        self.assertEqual(self.server.search('大坝', offset=10000)['hits'], [])
        self.assertEqual(self.server.get(target_of('大坝', offset=10001)).status, 400)


if __name__ == '__main__':
    unittest.main()
