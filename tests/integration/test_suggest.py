#!/usr/bin/env python3
"""/v1/suggest on a real index: titles, headings and phrases, over base and delta, and whatever is typed."""
import json
import unittest
from urllib.parse import quote

from harness import Case, Server, article


def with_headings(article_id, *paragraphs, **facts):
    """Paragraphs as (role, text)."""
    return dict(facts, id=article_id, paragraphs=[{'role': role, 'text': text} for role, text in paragraphs])


BASE = [
    article('b/1', '今天，澜安英才计划启动，来了八十人。', title='澜安英才计划启动', date='2021-03-01'),
    article('b/2', '澜安英才计划进入第二年。', title='英才计划的第二年', date='2022-03-01'),
    article('b/3', '澜安英才辈出，COVID-19 之后更是如此。', title='人才', date='2020'),
    with_headings('b/4', ('heading', '大坝加固工程'), ('body', '工人们加固大坝。'), title='水利', date='2021'),
    article('b/5', '旧闻：澜安英才计划筹备。', title='澜安英才计划筹备', date='2019'),
    *[article(f'c/{i}', f'第{i}号车间组织消防演练。', title=f'第{i}次消防演练', date=f'2021-01-{i + 1:02}') for i in range(20)],
]


class Suggest(Case):
    def setUp(self):
        super().setUp()
        lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in BASE)
        self.indexer('build', self.write('base.jsonl', lines))
        # Now a delta: b/5 goes away, b/3 gets another title, one comes.
        self.indexer('delete', 'b/5')
        self.import_articles(article('b/3', '澜安英才辈出，covid 不再，再说一次 Covid。', title='澜安英才辈出', date='2020'),
                             article('d/1', '澜安夜校开课。', title='大坝旁的夜校', date='2023-01-01'))
        self.server = Server(self.index)
        self.addCleanup(self.server.__exit__, None, None, None)

    def suggest(self, q, limit=10):
        answer = self.server.get(f'/v1/suggest?limit={limit}&q=' + quote(q))
        self.assertEqual(answer.status, 200, answer.body)
        found = answer.json['suggestions']
        self.assertLessEqual(len(found), limit)
        for s in found:
            cps = list(s['text'])
            self.assertTrue(s['ranges'])
            self.assertTrue(all(0 <= a < b <= len(cps) for a, b in s['ranges']))
            self.assertEqual(s['html'].replace('<mark>', '').replace('</mark>', ''), s['text'])
            self.assertGreaterEqual(s['count'], 1)
        return found

    def texts(self, q, kind):
        return [s['text'] for s in self.suggest(q) if s['kind'] == kind]

    def test_titles_of_all_segments_and_none_that_is_gone(self):
        self.assertEqual(self.texts('澜安英才', 'title'), ['澜安英才计划启动', '澜安英才辈出'])
        self.assertEqual(self.texts('英才计划', 'title'), ['英才计划的第二年', '澜安英才计划启动'])
        self.assertEqual(self.texts('筹备', 'title'), [])
        self.assertEqual(self.texts('人才', 'title'), [])

    def test_inner_words_and_traditional_characters(self):
        self.assertEqual(self.texts('次消防', 'title')[0], '第19次消防演练')
        self.assertEqual(self.texts('瀾安英才計', 'title'), ['澜安英才计划启动'])

    def test_headings(self):
        found = [s for s in self.suggest('大坝') if s['kind'] != 'phrase']
        self.assertEqual([(s['kind'], s['text'], s['id']) for s in found],
                         [('title', '大坝旁的夜校', 'd/1'), ('heading', '大坝加固工程', 'b/4')])

    def test_phrases(self):
        self.assertIn('澜安英才计划', self.texts('澜安', 'phrase'))
        self.assertNotIn('澜安英才计', self.texts('澜安', 'phrase'))
        found = {s['text']: s['count'] for s in self.suggest('消防') if s['kind'] == 'phrase'}
        self.assertEqual(found, {'消防演练': 20})

    def test_the_last_word_is_unfinished(self):
        self.assertIn('COVID', [t.upper() for t in self.texts('cov', 'phrase')])
        self.assertEqual(self.texts('ovid', 'phrase'), [])
        self.assertEqual(self.suggest('澜 夜'), [])  # 澜 is in the text only, 夜 in the title
        self.assertEqual(self.texts('夜校 大', 'title'), ['大坝旁的夜校'])

    def test_one_character(self):
        self.assertEqual(self.texts('坝', 'title'), ['大坝旁的夜校'])

    def test_limit(self):
        self.assertEqual(len(self.suggest('消防', limit=3)), 3)
        self.assertEqual(len(self.suggest('消防', limit=50)), 21)

    def test_whatever_is_typed(self):
        for q in ['，。', '"', '(((', 'title:', '-', '\u200b', '\U0001F600', '𠀀', 'a' * 900, '的 ' * 60, '字' * 65,
                  '<b>&', '\'"><script>', '１２３', 'H', 'Qb/1', '%', '*', '消防*', 'NOT 消防']:
            with self.subTest(q=q):
                self.suggest(q)
        for bad in ['', '?q=', '?q=%20', '?q=a&limit=0', '?q=a&limit=51', '?q=a&q=b', '?q=%FF', '?q=a&offset=1']:
            self.assertEqual(self.server.get('/v1/suggest' + bad).status, 400, bad)

    def test_revalidation(self):
        first = self.server.get('/v1/suggest?q=' + quote('消防'))
        again = self.server.get('/v1/suggest?q=' + quote('消防'), headers=[f'If-None-Match: {first.headers["etag"]}'])
        self.assertEqual(again.status, 304)
        other = self.server.get('/v1/suggest?limit=3&q=' + quote('消防'))
        self.assertNotEqual(other.headers['etag'], first.headers['etag'])


if __name__ == '__main__':
    unittest.main()
