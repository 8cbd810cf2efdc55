#!/usr/bin/env python3
"""explain=1: how each hit matched, what its score is made of, and what to ask instead of a search that finds nothing."""
import random
import re
import unittest

from harness import Case, Server, article

WORDS = ['大坝', '水位', '澜安', '英才', '计划', '创新', '的', '了', '2020年', 'COVID-19', '綦江', '，', '。']
NUMBER = r'-?\d+(?:\.\d+)?(?:e-?\d+)?'


def made_up(name, chance):
    def text():
        return ''.join(chance.choice(WORDS) for _ in range(chance.randint(2, 25))) + '。'
    return article(name, *[text() for _ in range(chance.randint(1, 5))], title=text()[:20], date='2021-05')


class Explain(Case):
    def setUp(self):
        super().setUp()
        chance = random.Random(9)
        self.import_articles(
            article('a', '雾岭英才计划启动。', '大坝水位平稳。', '雾岭英才计划收官。', title='英才计划', date='2021-05-01', section='要闻'),
            article('b', '计划英才先后都有，雾岭也在。', date='2022'),
            *[made_up(f'm/{i}', chance) for i in range(150)])
        self.import_articles(*[made_up(f'd/{i}', chance) for i in range(20)])
        self.server = Server(self.index)
        self.addCleanup(self.server.__exit__, None, None, None)

    def lines(self, q, article_id, **parameters):
        hits = {h['id']: h for h in self.server.search(q, limit=1000, explain=1, **parameters)['hits']}
        return hits[article_id]['explanation'].splitlines()

    def test_parts(self):
        lines = self.lines('雾岭英才计划', 'a')
        self.assertEqual(lines[:2], ['exact: a paragraph holds every part of the query verbatim',
                                     'part "雾岭英才计划": verbatim in paragraph 1, paragraph 3'])
        lines = self.lines('雾岭英才计划', 'b', match='any')
        self.assertEqual(lines[:2], ['partial: some bigrams or words of the query are there',
                                     'part "雾岭英才计划": has 雾岭 英才 计划; not 岭英 才计'])
        lines = self.lines('雾岭 大坝水位平稳', 'a')
        self.assertEqual(lines[:3], ['partial: the parts stand in different paragraphs',
                                     'part "雾岭": verbatim in paragraph 1, paragraph 3',
                                     'part "大坝水位平稳": verbatim in paragraph 2'])
        lines = self.lines('英才计划 -夜校', 'a')
        self.assertEqual(lines[1], 'part "英才计划": verbatim in the title, paragraph 1, paragraph 3')
        self.assertFalse(any('夜校' in line for line in lines))

    def test_the_shares_are_the_score(self):
        seen = {'BM25 over the whole article': 0, 'BM25 over the paragraph': 0, 'stage-one weight': 0}
        for q in ('大坝', '英才计划', '綦江 2020年', '大坝的水位了', 'covid-19 创新', '大坝 OR 綦江'):
            for unit in ('article', 'paragraph'):
                for hit in self.server.search(q, limit=1000, explain=1, unit=unit)['hits']:
                    text = hit['explanation']
                    if 'not weighed' in text:
                        self.assertEqual(hit['score'], 0)
                        continue
                    kind = next(k for k in seen if k in text)
                    seen[kind] += 1
                    self.assertAlmostEqual(float(re.search(r'^score (' + NUMBER + ')', text, re.M)[1]), hit['score'], 3)
                    shares = [float(s) for s in re.findall(r'^\+(' + NUMBER + ')', text, re.M)]
                    self.assertAlmostEqual(sum(shares), hit['score'], delta=0.0001 * (2 + len(shares)), msg=text)
        self.assertTrue(all(n > 20 for n in seen.values()), seen)

    def test_by_date_scores_do_not_count(self):
        self.assertEqual(self.lines('大坝', 'a', sort='newest')[-1], 'order: the newest first inside a tier; scores do not count')

    def test_only_when_asked(self):
        self.assertNotIn('explanation', self.server.search('大坝')['hits'][0])

    def notes(self, q, explain=1, **parameters):
        answer = self.server.search(q, explain=explain, **parameters)
        self.assertEqual(answer['hits'], [])
        return answer['notes']

    def test_what_is_missing(self):
        self.assertEqual(self.notes('雾岭鲸鱼', match='all'), [
            'missing: nothing in the index holds "岭鲸" (of "雾岭鲸鱼")', 'nearest: "雾岭" has 2 hits'])
        self.assertEqual(self.notes('鲸鱼'), ['missing: nothing in the index holds "鲸鱼" (of "鲸鱼")'])

    def test_nearest(self):
        for q, parameters, nearest in [
                ('雾岭英才', {'from': '1999', 'to': '2000'}, 'nearest: "雾岭英才" without the filters has 1 hits'),
                ('雾岭英才', {'section': '副刊'}, 'nearest: "雾岭英才" without the filters has 1 hits'),
                ('"雾岭计划"', {}, 'nearest: "雾岭 计划" has 2 hits'),
                ('鲸鱼海豚', {}, None),
                ('"雾岭" "平稳"', {'match': 'all'}, 'nearest: "雾岭" has 2 hits'),
                ('雾岭 -英才', {'match': 'all'}, 'nearest: "雾岭" has 2 hits')]:
            with self.subTest(q=q, **parameters):
                found = [n for n in self.notes(q, **parameters) if n.startswith('nearest: ')]
                self.assertEqual(found, [nearest] if nearest else [])
                # It is true: that search has so many hits.
                if nearest:
                    asked, n = re.match(r'nearest: "(.*)"(?: without the filters)? has (\d+) hits', nearest).groups()
                    answer = self.server.search(asked, match='all')
                    self.assertEqual(answer['total'], {'value': int(n), 'relation': 'eq'})

    def test_nearest_costs_nothing_unless_asked(self):
        self.assertFalse(any(n.startswith('nearest') for n in self.notes('雾岭鲸鱼', explain=0, match='all')))


if __name__ == '__main__':
    unittest.main()
