#!/usr/bin/env python3
"""Stories printed more than once, and articles that belong together."""
import json
import random
import unittest
from urllib.parse import quote

from harness import Case, Server, article, wait_until

TOPICS = {
    '水利': ['大坝加固工程通过验收', '水位记录仪换了新的', '汛期巡查每天三次', '闸门的电机大修', '库区移民搬进新房', '泵站的值班表贴在墙上'],
    '夜校': ['夜校开出算术课', '识字班的黑板是旧门板', '教员白天在车间上班', '课本由街道印刷所装订', '学员写的信登在墙报上', '毕业那天发了证书'],
    '茶园': ['春茶提前十天开采', '炒茶师傅守着铁锅', '新修的机耕路通到坡顶', '合作社统一收购鲜叶', '茶籽油今年涨了价', '山上的雾到中午才散'],
}


def story(chance, topic, n=30):
    """A long text of its own about a topic."""
    return [''.join(f'{chance.choice(TOPICS[topic])}，第{chance.randint(1, 9999)}号记录，'
                    + ''.join(chr(0x4E00 + chance.randint(0, 3000)) for _ in range(6)) + '。' for _ in range(n // 3))
            for _ in range(3)]


def reprint(chance, paragraphs):
    """As another paper prints it: a dateline, a few characters changed, the end cut off."""
    text = list('本报讯　' + paragraphs[0])
    for _ in range(3):
        text[chance.randrange(len(text))] = '某'
    return [''.join(text).replace('，', '、', 2), paragraphs[1] + paragraphs[2][:len(paragraphs[2]) * 2 // 3]]


class Stories(Case):
    def setUp(self):
        super().setUp()
        chance = random.Random(21)
        self.stories, articles, later = {}, [], []
        for number in range(36):
            topic = list(TOPICS)[number % 3]
            text = story(chance, topic)
            name = f's{number:02}'
            articles.append(article(name, *text, title=f'{topic}第{number}篇', date=f'2021-03-{number % 28 + 1:02}', source='甲报'))
            self.stories[name] = {name}
            for copy in range(chance.choice([0, 0, 1, 3])):
                other = f'{name}-{copy}'
                (later if chance.random() < 0.4 else articles).append(
                    article(other, *reprint(chance, text), title=f'转载{number}之{copy}', date=f'2021-04-{copy + 1:02}', source='乙报'))
                self.stories[name].add(other)
        articles.append(article('short/1', '大坝短讯一则。'))
        articles.append(article('short/2', '大坝短讯一则。'))
        lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles)
        self.indexer('build', self.write('all.jsonl', lines))
        self.import_articles(*later)
        self.server = Server(self.index)
        self.addCleanup(self.server.__exit__, None, None, None)

    def groups(self, hits):
        return [{h['id']} | {a['id'] for a in h['also_in']} for h in hits]

    def test_prints_of_a_story_are_one_hit(self):
        for q, sort in (('记录', 'relevance'), ('记录', 'newest'), ('记录', 'oldest'), ('大坝', 'relevance')):
            with self.subTest(q=q, sort=sort):
                plain = self.server.search(q, limit=1000, sort=sort)
                folded = self.server.search(q, limit=1000, sort=sort, dedupe=1)
                groups = self.groups(folded['hits'])
                found = {h['id'] for h in plain['hits']}
                self.assertEqual(sum(map(len, groups)), len(found))
                self.assertEqual(set().union(*groups), found)
                wanted = [s & found for s in self.stories.values() if s & found]
                self.assertEqual(sorted(sorted(g) for g in groups if not min(g).startswith('short')), sorted(sorted(g) for g in wanted))
                self.assertEqual(folded['total'], {'value': len(groups), 'relation': 'eq'})
                self.assertEqual([h['copies'] for h in folded['hits']], [len(h['also_in']) for h in folded['hits']])
                # The first of each story stays, where it was.
                order = [h['id'] for h in plain['hits']]
                places = [order.index(h['id']) for h in folded['hits']]
                self.assertEqual(places, sorted(places))
                for h in folded['hits']:
                    self.assertTrue(all(order.index(h['id']) < order.index(a['id']) for a in h['also_in']))

    def test_also_in(self):
        hit = next(h for h in self.server.search('记录', limit=1000, dedupe=1)['hits'] if h['also_in'])
        other = hit['also_in'][0]
        self.assertEqual(list(other), ['id', 'title', 'date', 'source', 'section', 'page', 'author', 'url'])
        view = self.server.get('/v1/articles/' + quote(other['id'])).json
        self.assertEqual((view['title'], view['date']), (other['title'], other['date']))
        self.assertNotIn('also_in', self.server.search('记录', limit=1)['hits'][0])

    def test_short_notices_stay_apart(self):
        hits = self.server.search('短讯', dedupe=1)['hits']
        self.assertEqual([(h['copies'], h['also_in']) for h in hits], [(0, []), (0, [])])

    def test_pages(self):
        whole = [h['id'] for h in self.server.search('记录', limit=1000, dedupe=1)['hits']]
        page, seen = self.server.search('记录', limit=7, dedupe=1), []
        while True:
            seen += [h['id'] for h in page['hits']]
            if not page['next']:
                break
            self.assertEqual(len(page['hits']), 7)
            page = self.server.get(page['next']).json
        self.assertEqual(seen, whole)

    def test_the_same_after_a_merge(self):
        before = self.groups(self.server.search('记录', limit=1000, dedupe=1)['hits'])
        revision = self.server.search('记录')['revision']
        self.indexer('merge')
        wait_until(lambda: self.server.search('记录')['revision'] != revision, 'a new state')
        after = self.groups(self.server.search('记录', limit=1000, dedupe=1)['hits'])
        self.assertEqual(sorted(map(sorted, before)), sorted(map(sorted, after)))

    def related(self, article_id, **parameters):
        more = '&'.join(f'{k}={v}' for k, v in parameters.items())
        answer = self.server.get(f'/v1/articles/{quote(article_id, safe="")}/related?{more}')
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_related(self):
        topics = list(TOPICS)
        right = 0
        for number in range(36):
            name = f's{number:02}'
            answer = self.related(name, limit=5)
            self.assertEqual(list(answer), ['id', 'revision', 'partial', 'terms', 'related', 'also_in'])
            self.assertEqual((answer['id'], answer['partial']), (name, False))
            # Its own prints are no other stories, and are told apart from them.
            self.assertEqual({a['id'] for a in answer['also_in']}, self.stories[name] - {name})
            ids = [a['id'] for a in answer['related']]
            self.assertEqual(len(ids), 5)
            self.assertFalse(self.stories[name] & set(ids))
            right += sum(int(i[1:3]) % 3 == number % 3 for i in ids)
            scores = [a['score'] for a in answer['related']]
            self.assertEqual(scores, sorted(scores, reverse=True))
            self.assertTrue(1 <= len(answer['terms']) <= 32)
        self.assertGreater(right, 0.95 * 36 * 5, topics)

    def test_related_to_odd_articles(self):
        self.import_articles(article('odd/none', '𠀀𠀁𠀂'), article('odd/marks', '，。！'), article('odd/words', 'or not OR NOT -x date:2021'),
                             article('odd/related', '大坝加固工程通过验收'), article('odd', '闸门的电机大修'))
        self.import_articles(article('odd/long', *['大坝加固工程通过验收，第%d回。' % i for i in range(3000)], title='长'))
        wait_until(lambda: self.server.get('/v1/articles/odd/long').status == 200, 'the new state')
        for name in ('odd/none', 'odd/marks', 'odd/words', 'odd/long', 'short/1'):
            with self.subTest(name=name):
                answer = self.related(name)
                self.assertNotIn(name, [a['id'] for a in answer['related'] + answer['also_in']])
        # An id that ends like the route.
        self.assertEqual(self.server.get('/v1/articles/odd%2Frelated').json['id'], 'odd/related')
        self.assertEqual(self.server.get('/v1/articles/odd/related').json['id'], 'odd')
        self.assertEqual(self.server.get('/v1/articles/odd/related').json.get('related') is None, False)
        self.assertEqual(self.related('odd/related')['id'], 'odd/related')
        for target, status in (('/v1/articles/none/related', 404), ('/v1/articles/odd/related?limit=0', 400),
                               ('/v1/articles/odd/related?limit=51', 400), ('/v1/articles/odd/related?q=x', 400)):
            self.assertEqual(self.server.get(target).status, status, target)

    def test_what_is_gone_is_not_related(self):
        answer = self.related('s00')
        gone = answer['related'][0]['id']
        self.indexer('delete', gone)
        wait_until(lambda: self.server.get('/v1/articles/' + gone).status == 404, 'the new state')
        self.assertNotIn(gone, [a['id'] for a in self.related('s00', limit=50)['related']])

    def test_with_paragraphs_nothing_is_folded(self):
        plain = self.server.search('记录', unit='paragraph', limit=50)
        self.assertEqual([h['id'] for h in self.server.search('记录', unit='paragraph', limit=50, dedupe=1)['hits']],
                         [h['id'] for h in plain['hits']])


if __name__ == '__main__':
    unittest.main()
