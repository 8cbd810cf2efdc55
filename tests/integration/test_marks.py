#!/usr/bin/env python3
"""What is shown of a hit: which paragraphs, which marks, snippets; the same in the article; numbers that last."""
import json
import random
import unittest
from urllib.parse import quote

from harness import Case, Server, article
from server_harness import wait_for

WORDS = ['大坝', '水位', '澜安', '英才', '计划', '创新', '驱动', '发展', '的', '了', '2020年', 'COVID-19', '綦江', '，', '。', '！', '：“']


def made_up(number, chance):
    def text():
        return ''.join(chance.choice(WORDS) for _ in range(chance.randint(1, 30))) + '。'
    return article(f'm/{number}', *[text() for _ in range(chance.randint(1, 6))], title=text()[:40])


def marked(paragraph):
    """The marked pieces of a paragraph; ascending and apart."""
    cps, end, pieces = list(paragraph['text']), 0, []
    for a, b in paragraph['ranges']:
        assert end <= a < b <= len(cps), paragraph
        end = b
        pieces.append(''.join(cps[a:b]))
    html = paragraph['html'].replace('&quot;', '"').replace('&amp;', '&').replace('&lt;', '<')
    assert html.replace('<mark>', '').replace('</mark>', '') == paragraph['text'], paragraph
    return pieces


class Marks(Case):
    ARTICLES = [
        article('a', '英才计划，英才辈出，计划也有。', '这里只说计划，也说英才。', '澜安英才计划启动。', '没有别的。'),
        article('b', '计划英才，先后都有。', title='各说各的'),
        article('c', '澜安创新驱动发展，创新是第一动力。', title='创新'),
        article('long', *[f'第{i}段说大坝{i}回。' for i in range(12)]),
        article('html', '<b>大坝</b> & "水位" \'高\'。'),
        article('cut', '开头一句没有。' * 10 + '中间说到大坝。' + '后面又没有了。' * 10 + '最后是大坝和水位！'),
    ]

    def setUp(self):
        super().setUp()
        chance = random.Random(5)
        self.articles = self.ARTICLES + [made_up(i, chance) for i in range(80)]
        self.import_articles(*self.articles[:60])
        self.import_articles(*self.articles[60:])
        self.server = Server(self.index)
        self.addCleanup(self.server.__exit__, None, None, None)

    def hit(self, q, article_id, **parameters):
        hits = {h['id']: h for h in self.server.search(q, limit=1000, **parameters)['hits']}
        return hits[article_id]

    def view(self, article_id, q=''):
        return self.server.get('/v1/articles/' + quote(article_id) + ('?q=' + quote(q) if q else '')).json

    def test_exact_hits_mark_only_what_stands_verbatim(self):
        hit = self.hit('英才计划', 'a')
        self.assertEqual(hit['match'], 'exact')
        self.assertEqual(sorted(p['n'] for p in hit['paragraphs']), [1, 3])
        self.assertTrue(all(marked(p) == ['英才计划'] for p in hit['paragraphs']))
        view = self.view('a', '英才计划')
        self.assertEqual([marked(p) for p in view['paragraphs']], [['英才计划'], [], ['英才计划'], []])

    def test_touching_marks_are_two(self):
        hit = self.hit('英才计划', 'b', match='any')
        self.assertEqual(hit['match'], 'partial')
        self.assertEqual([marked(p) for p in hit['paragraphs']], [['计划', '英才']])
        # A chain of bigrams is one match.
        self.assertEqual(marked(self.hit('新驱动发', 'c')['paragraphs'][0]), ['新驱动发'])
        # Two words that stand side by side are two.
        self.assertEqual(marked(self.hit('创新 驱动', 'c')['paragraphs'][0])[:2], ['创新', '驱动'])

    def test_paragraphs(self):
        for wanted, shown in ((0, 0), (1, 1), (3, 3), (None, 3), (12, 12), (100, 12)):
            parameters = {} if wanted is None else {'paragraphs': wanted}
            self.assertEqual(len(self.hit('大坝', 'long', **parameters)['paragraphs']), shown)
        unit = self.server.search('大坝', unit='paragraph', paragraphs=5, limit=1)['hits'][0]
        self.assertEqual(len(unit['paragraphs']), 1)

    def test_the_title_is_a_paragraph_only_when_there_is_no_other(self):
        self.assertEqual([p['n'] for p in self.hit('创新', 'c')['paragraphs']], [1])
        self.assertEqual([p['n'] for p in self.hit('各说各的', 'b')['paragraphs']], [0])

    def test_markup_is_escaped(self):
        p = self.hit('水位', 'html')['paragraphs'][0]
        self.assertEqual(p['html'], '&lt;b&gt;大坝&lt;/b&gt; &amp; &quot;<mark>水位</mark>&quot; &#39;高&#39;。')

    def test_snippets(self):
        text = self.ARTICLES[-1]['paragraphs'][0]
        for length in (20, 30, 100, 2000):
            p = self.hit('大坝 水位', 'cut', snippet=length)['paragraphs'][0]
            self.assertEqual(p['text'], text)
            piece = p['snippet']
            self.assertLessEqual(len(piece['text']), length)
            self.assertEqual(text[piece['start']:piece['start'] + len(piece['text'])], piece['text'])
            # Both words are in the last sentence: the piece begins with a sentence and holds it.
            self.assertTrue(piece['start'] == 0 or text[piece['start'] - 1] == '。')
            self.assertEqual(marked(piece)[-2:], ['大坝', '水位'])
        self.assertNotIn('snippet', self.hit('大坝 水位', 'cut')['paragraphs'][0])
        self.assertEqual(self.hit('中间', 'cut', snippet=20)['paragraphs'][0]['snippet']['text'], '中间说到大坝。后面又没有了。')

    def test_the_article_has_the_marks_of_the_hits(self):
        chance = random.Random(11)
        shown = 0
        for _ in range(60):
            q = ' '.join(''.join(chance.choice(WORDS[:13]) for _ in range(chance.randint(1, 3)))
                         for _ in range(chance.randint(1, 2)))
            for hit in self.server.search(q, limit=8, paragraphs=100)['hits']:
                view = self.view(hit['id'], q)
                self.assertEqual(view['title_ranges'], hit['title_ranges'], (q, hit['id']))
                for p in hit['paragraphs']:
                    marked(p)
                    shown += 1
                    if p['n']:
                        self.assertEqual(view['paragraphs'][p['n'] - 1], p, (q, hit['id']))
        self.assertGreater(shown, 300)

    def test_what_is_asked_for_in_the_title_is_marked_there(self):
        hit = self.hit('title:创新 发展', 'c')
        self.assertEqual(hit['title_ranges'], [[0, 2]])
        self.assertEqual([marked(p) for p in hit['paragraphs']], [['发展']])
        self.assertEqual(self.view('c', 'title:创新 发展')['paragraphs'][0], hit['paragraphs'][0])

    def test_the_script_of_the_search(self):
        self.import_articles(article('script', '創新發展，创新发展。'))
        self.assertTrue(wait_for(lambda: self.server.get('/v1/articles/script').status == 200))
        for script, found in (('exact', ['创新']), ('folded', ['創新', '创新'])):
            view = self.server.get(f'/v1/articles/script?script={script}&q=' + quote('创新')).json
            self.assertEqual(marked(view['paragraphs'][0]), found)
            self.assertEqual(marked(self.hit('创新', 'script', script=script)['paragraphs'][0]), found)

    def test_numbers_last(self):
        def numbers():
            found = {}
            for a in self.articles:
                for p in self.view(a['id'])['paragraphs']:
                    found[a['id'], p['n']] = p['text']
            return found
        before = numbers()
        self.assertEqual(before['long', 12], '第11段说大坝11回。')
        self.indexer('delete', 'm/3')
        self.import_articles(made_up(3, random.Random(1)), article('new', '新来的。'))
        self.articles = [a for a in self.articles if a['id'] != 'm/3']
        kept = {k: v for k, v in before.items() if k[0] != 'm/3'}
        self.assertEqual(numbers(), kept)
        self.indexer('merge')
        self.assertEqual(numbers(), kept)
        lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in reversed(self.articles))
        self.indexer('build', self.write('all.jsonl', lines))
        self.assertEqual(numbers(), kept)


if __name__ == '__main__':
    unittest.main()
