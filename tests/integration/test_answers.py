#!/usr/bin/env python3
"""The server's answers on a real index: their shape, pages, filters, counts, ways to match, and changes while it runs."""
import threading
import unittest
from urllib.parse import quote

from harness import Case, Server, WithArticles, article, target_of
from server_harness import PATIENCE, middle, seconds_until, wait_for

SOURCES = ['澜安日报', '澜安晚报', '雾岭文艺']
SECTIONS = ['要闻', '体育', '副刊', '']
N_ARTICLES = 67


def numbered(i):
    """Every one says 大坝; every third also in a second paragraph; dates go over three years."""
    texts = [f'第{i}期：巡查员沿大坝走了{i + 1}公里，记下水位。']
    if i % 3 == 0:
        texts.append(f'傍晚，大坝上的灯亮了{i + 2}盏。')
    month = 1 + i % 12
    date = ['', f'{2021 + i % 3}', f'{2021 + i % 3}-{month:02}', f'{2021 + i % 3}-{month:02}-{1 + i % 28:02}'][min(i % 9, 3)]
    facts = {'title': f'第{i}次巡查', 'date': date, 'source': SOURCES[i % 3], 'section': SECTIONS[i % 4],
             'page': str(i % 5), 'author': f'记者{i % 7}'}
    return article(f'round/{i:03}', *texts, **{k: v for k, v in facts.items() if v})


class WithNumbered(WithArticles):
    ARTICLES = [numbered(i) for i in range(N_ARTICLES)]


class Answers(WithNumbered):
    def test_shape(self):
        for unit in ('article', 'paragraph'):
            answer = self.search('大坝', unit=unit, limit=3, facets='source,section,year,month')
            self.assertEqual(list(answer), ['query', 'took_ms', 'revision', 'partial', 'total', 'tiers', 'hits', 'facets',
                                            'notes', 'next'])
            self.assertEqual(answer['query'], '大坝')
            self.assertIsInstance(answer['took_ms'], (int, float))
            self.assertEqual(answer['revision'], 1)
            self.assertIs(answer['partial'], False)
            self.assertEqual(list(answer['tiers']), ['exact', 'all', 'partial'])
            for total in (answer['total'], *answer['tiers'].values()):
                self.assertEqual(list(total), ['value', 'relation'])
                self.assertIn(total['relation'], ('eq', 'gte', 'approx'))
            self.assertEqual(len(answer['hits']), 3)
            for hit in answer['hits']:
                self.assertEqual(list(hit), ['id', 'title', 'title_ranges', 'date', 'source', 'section', 'page', 'author',
                                             'url', 'score', 'match', 'paragraphs'])
                self.assertIsInstance(hit['score'], (int, float))
                self.assertIn(hit['match'], ('exact', 'all', 'partial'))
                self.assertTrue(hit['paragraphs'])
                for paragraph in hit['paragraphs']:
                    self.assertEqual(list(paragraph), ['n', 'role', 'text', 'ranges', 'html', 'line_start', 'line_end'])
                if unit == 'paragraph':
                    self.assertEqual(len(hit['paragraphs']), 1)
            self.assertEqual(set(answer['facets']), {'source', 'section', 'year', 'month'})
            for counts in answer['facets'].values():
                for count in counts:
                    self.assertEqual(list(count), ['value', 'count'])
            self.assertEqual(answer['notes'], [])
            self.assertTrue(answer['next'].startswith('/v1/search?'))
        self.assertEqual(self.search('大坝')['facets'], {})

    def test_wrong_parameters_are_named(self):
        for query, parameter in (
                ('', 'q'), ('q=', 'q'), ('q=%20', 'q'), ('limit=3', 'q'), ('q=a&limit=-1', 'limit'),
                ('q=a&limit=x', 'limit'), ('q=a&limit=1001', 'limit'), ('q=a&limit=1.5', 'limit'),
                ('q=a&limit=99999999999999999999', 'limit'), ('q=a&limit=%2B1', 'limit'), ('q=a&offset=-1', 'offset'),
                ('q=%00', 'q'), ('q=a%00b', 'q'), ('q=%FF%FE', 'q'), ('q=a%2', 'q'), ('q=' + '%E5%9D%9D' * 1001, 'q'),
                ('q=' + 'x' * 1001, 'q'), ('q=a&sort=best', 'sort'), ('q=a&match=some', 'match'),
                ('q=a&unit=word', 'unit'), ('q=a&from=2021-13', 'from'), ('q=a&to=yesterday', 'to'),
                ('q=a&from=2022&to=2021', 'from'), ('q=a&facets=colour', 'facets'), ('q=a&script=latin', 'script'),
                ('q=a&q=b', 'q'), ('q=a&limt=3', 'limt')):
            with self.subTest(query[:40]):
                answer = self.server.get('/v1/search?' + query)
                self.assertEqual(answer.status, 400, answer.body)
                self.assertEqual(answer.headers['content-type'], 'application/problem+json')
                problem = answer.json
                self.assertLessEqual({'type', 'title', 'status', 'detail', 'instance'}, set(problem))
                self.assertEqual((problem['status'], problem['parameter']), (400, parameter))
        self.assertEqual(self.server.get('/v1/search?q=' + '%E5%9D%9D' * 1000).status, 200)

    def test_a_head_too_large(self):
        for target in ('/v1/search?q=' + 'x' * 70000, '/v1/search?q=' + '%E5%9D%9D' * 8000):
            answer = self.server.get(target)
            self.assertTrue(400 <= answer.status < 500, answer.status)
        answer = self.server.get('/v1/search?q=a', headers=['X-Long: ' + 'x' * 70000])
        self.assertTrue(400 <= answer.status < 500, answer.status)

    def test_nothing_to_search_for(self):
        for q in ('，。', '!!!', '“”', '()', '-', '"', '……', '　，　', '\u200b'):
            with self.subTest(q):
                answer = self.search(q)
                self.assertEqual((answer['hits'], answer['total']['value'], answer['next']), ([], 0, None))
                self.assertTrue(answer['notes'])

    def test_broken_syntax_is_read_literally(self):
        for q in ('大坝"', '"大坝', '(大坝', '大坝)', '大坝 OR', 'NOT', 'title:', '((((', '大坝 -', '|大坝', 'AND OR NOT', '-大坝',
                  'date:2021..', 'date:x 大坝', '“大坝', '大坝」', '(' * 500 + '大坝' + ')' * 300, '-' * 900, '大 ' * 450):
            with self.subTest(q[:30]):
                answer = self.server.get(target_of(q))
                self.assertEqual(answer.status, 200, answer.body)


class Pages(WithNumbered):
    def walk(self, q, **parameters):
        """The hits of all pages, by following next."""
        answer = self.search(q, **parameters)
        pages, hits = [answer], list(answer['hits'])
        while answer['next']:
            self.assertLess(len(pages), 100)
            reply = self.server.get(answer['next'])
            self.assertEqual(reply.status, 200)
            answer = reply.json
            self.assertTrue(answer['hits'], 'an empty page behind next')
            pages.append(answer)
            hits += answer['hits']
        for page in pages:
            self.assertEqual(page['total'], pages[0]['total'])
        return hits, pages

    def test_next_shows_every_hit_once(self):
        for parameters in ({}, {'sort': 'newest'}, {'sort': 'oldest'}, {'match': 'any'}, {'facets': 'year'}, {'from': '2022'}):
            for limit in (1, 7, 10, 66, 67, 68):
                with self.subTest(limit=limit, **parameters):
                    hits, pages = self.walk('大坝', limit=limit, **parameters)
                    ids = [h['id'] for h in hits]
                    self.assertEqual(len(ids), len(set(ids)))
                    self.assertEqual(len(ids), pages[0]['total']['value'])
                    self.assertEqual(ids, self.ids('大坝', **parameters))
                    self.assertEqual([len(p['hits']) for p in pages[:-1]], [limit] * (len(pages) - 1))

    def test_pages_of_paragraphs(self):
        n = sum(len(a['paragraphs']) for a in self.ARTICLES)
        hits, pages = self.walk('大坝', unit='paragraph', limit=9)
        places = [(h['id'], h['paragraphs'][0]['n']) for h in hits]
        self.assertEqual(len(places), len(set(places)))
        self.assertEqual(len(places), n)
        self.assertEqual(pages[0]['total'], {'value': n, 'relation': 'eq'})

    def test_next_keeps_the_query(self):
        _, pages = self.walk('大坝 "巡查员沿大坝" & 100% + 记 #?', match='any', limit=20, source='澜安日报')
        self.assertGreater(len(pages), 1)
        self.assertEqual({p['query'] for p in pages}, {'大坝 "巡查员沿大坝" & 100% + 记 #?'})

    def test_limit_zero_counts(self):
        answer = self.search('大坝', limit=0, facets='source')
        self.assertEqual((answer['hits'], answer['total']['value']), ([], N_ARTICLES))
        self.assertEqual(sum(c['count'] for c in answer['facets']['source']), N_ARTICLES)

    def test_offset_behind_the_end(self):
        answer = self.search('大坝', offset=5000)
        self.assertEqual((answer['hits'], answer['next'], answer['total']['value']), ([], None, N_ARTICLES))


class Filters(WithNumbered):
    def expected(self, keep):
        return {a['id'] for a in self.ARTICLES if keep(a)}

    def test_filters(self):
        for parameters, keep in (
                ({'source': '澜安日报'}, lambda a: a['source'] == '澜安日报'),
                ({'section': '体育'}, lambda a: a.get('section') == '体育'),
                ({'page': '3'}, lambda a: a['page'] == '3'),
                ({'author': '记者5'}, lambda a: a['author'] == '记者5'),
                ({'source': '澜安晚报', 'section': '副刊'},
                 lambda a: (a['source'], a.get('section')) == ('澜安晚报', '副刊')),
                ({'source': '没有这家报纸'}, lambda a: False),
                ({'from': '2022', 'to': '2022'}, lambda a: a.get('date', '')[:4] == '2022'),
                ({'from': '2023'}, lambda a: a.get('date', '') >= '2023'),
                ({'to': '2021'}, lambda a: a.get('date', '')[:4] == '2021')):
            with self.subTest(parameters):
                for unit in ('article', 'paragraph'):
                    self.assertEqual(set(self.ids('大坝', unit=unit, **parameters)), self.expected(keep))
                answer = self.search('大坝', limit=0, **parameters)
                self.assertEqual(answer['total'], {'value': len(self.expected(keep)), 'relation': 'eq'})

    def test_days_and_months(self):
        full = [a for a in self.ARTICLES if len(a.get('date', '')) == 10]
        for first, last in (('2021-06-10', '2022-02-20'), ('2021-06', '2021-06'), ('2022-04-05', '2022-04-05'),
                            ('2021-01-01', '2023-12-31')):
            with self.subTest(first=first, last=last):
                found = set(self.ids('大坝', **{'from': first, 'to': last}))
                for a in full:
                    inside = first <= a['date'] and a['date'][:len(last)] <= last
                    self.assertEqual(a['id'] in found, inside, a['date'])

    def test_facets(self):
        def counts(values):
            values = [v for v in values if v]
            return {v: values.count(v) for v in values}

        for parameters, keep in (({}, lambda a: True), ({'source': '雾岭文艺'}, lambda a: a['source'] == '雾岭文艺')):
            articles = [a for a in self.ARTICLES if keep(a)]
            facets = self.search('大坝', facets='source,section,year,month', limit=1, **parameters)['facets']
            facets = {k: {c['value']: c['count'] for c in v} for k, v in facets.items()}
            self.assertEqual(facets['source'], counts([a['source'] for a in articles]))
            self.assertEqual(facets['section'], counts([a.get('section', '') for a in articles]))
            self.assertEqual(facets['year'], counts([a.get('date', '')[:4] for a in articles]))
            self.assertEqual(facets['month'], counts([a['date'][:7] for a in articles if len(a.get('date', '')) >= 7]))
        self.assertEqual(set(self.search('大坝', facets='year')['facets']), {'year'})

    def test_sort_by_date(self):
        known = [a for a in self.ARTICLES if len(a.get('date', '')) == 10]
        dates = {a['id']: a['date'] for a in known}
        for sort in ('newest', 'oldest'):
            found = [dates[i] for i in self.ids('大坝', sort=sort) if i in dates]
            self.assertEqual(len(found), len(known))
            self.assertEqual(found, sorted(found, reverse=sort == 'newest'))


class Matching(WithArticles):
    ARTICLES = [
        article('exact', '这条山地铁路今天通车。', title='通车'),
        article('all', '他从山地坐地铁，再换铁路，路上花了三个钟头。'),
        article('partial', '这里只有铁路，没有别的路。'),
        article('apart', '轮船停在港口。', '飞机停在机场。', title='交通 两种'),
        article('together', '轮船和飞机，都停了。'),
        article('ship', '只有轮船。', title='轮船的一天', author='沈舟', date='2021-06-30'),
        article('latin', 'The Quick brown fox 跳过了5G基站，价格是12.5元。'),
    ]

    def matches(self, q, **parameters):
        return {h['id']: h['match'] for h in self.search(q, **parameters)['hits']}

    def test_match(self):
        self.assertEqual(self.matches('山地铁路', match='exact'), {'exact': 'exact'})
        self.assertEqual(self.matches('山地铁路', match='all'), {'exact': 'exact', 'all': 'all'})
        self.assertEqual(self.matches('山地铁路', match='any'), {'exact': 'exact', 'all': 'all', 'partial': 'partial'})
        found = self.search('山地铁路')
        self.assertEqual([(h['id'], h['match']) for h in found['hits']][:2], [('exact', 'exact'), ('all', 'all')])
        self.assertEqual((found['tiers']['exact']['value'], found['tiers']['all']['value']), (1, 1))

    def test_words_must_meet_in_one_paragraph(self):
        self.assertEqual(self.matches('轮船 飞机', match='exact'), {'together': 'exact'})
        found = [(h['id'], h['match']) for h in self.search('轮船 飞机')['hits']]
        self.assertEqual(found[:2], [('together', 'exact'), ('apart', 'partial')])

    def test_operators(self):
        self.assertEqual(set(self.matches('轮船 -飞机')), {'ship'})
        self.assertEqual(set(self.matches('轮船 NOT 飞机')), {'ship'})
        self.assertEqual(set(self.matches('港口 OR 只有轮船')), {'apart', 'ship'})
        self.assertEqual(set(self.matches('港口 | 只有轮船')), {'apart', 'ship'})
        self.assertEqual(set(self.matches('轮船 -(飞机 OR 只有)', match='exact')), set())
        self.assertEqual(set(self.matches('title:轮船')), {'ship'})
        self.assertEqual(set(self.matches('轮船 author:沈舟')), {'ship'})
        self.assertEqual(set(self.matches('轮船 date:2021-01..2021-06')), {'ship'})
        self.assertEqual(set(self.matches('轮船 date:2022')), set())

    def test_latin_words(self):
        self.assertEqual(self.matches('quick BROWN', match='exact'), {'latin': 'exact'})
        self.assertEqual(self.matches('12.5元', match='exact'), {'latin': 'exact'})
        self.assertEqual(self.matches('uick', match='exact'), {})


class WhileItRuns(Case):
    """Searches go on while the index is made, changed and made anew; each change is seen within two seconds."""

    VISIBLE_S = 2.0

    def seen(self, server, q, ids, changed=True):
        """Wait for these hits; changed: they are the first sign of a change."""
        took = seconds_until(lambda: {h['id'] for h in server.search(q)['hits']} == ids)
        if took is None:
            self.fail(f'{q}: {[h["id"] for h in server.search(q)["hits"]]}, not {sorted(ids)}')
        if changed:
            self.took.append(took)

    def run_clients(self, server, n):
        stop, failures, answers = threading.Event(), [], []

        def client():
            while not stop.is_set():
                try:
                    answer = server.get('/v1/search?q=' + quote('大坝'))
                    found = {h['id'] for h in answer.json['hits']} if answer.status == 200 else None
                except Exception as e:  # whatever it is, it is a request that failed
                    failures.append(repr(e))
                    return
                if found is None:
                    failures.append((answer.status, answer.body))
                elif 'kept' not in found:
                    failures.append(found)
                answers.append(answer.status)

        threads = [threading.Thread(target=client) for _ in range(n)]
        for t in threads:
            t.start()

        def finish():
            stop.set()
            for t in threads:
                t.join()
            self.assertEqual(failures[:3], [])
            self.assertGreater(len(answers), 20)
            self.assertLess(middle(self.took), self.VISIBLE_S * PATIENCE)

        return finish

    def test_changes_are_seen_and_no_request_fails(self):
        self.took = []
        kept = 'id: kept\n---\n　　大坝的水位今天没有变化，一切如常，值班员在本子上写了一个平字。\n'
        self.write('in/kept.txt', kept)
        with Server(self.index, '--access-log', 'off') as server:
            self.assertEqual(server.get('/healthz').status, 200)
            self.assertEqual(server.get('/readyz').status, 503)
            self.assertEqual(server.get('/v1/search?q=a').status, 503)
            self.indexer('build', self.path('in'))
            self.assertTrue(wait_for(lambda: server.get('/readyz').status == 200))
            finish = self.run_clients(server, 4)
            try:
                self.seen(server, '大坝', {'kept'}, changed=False)
                self.import_articles(article('a', '大坝合龙。'), article('b', '大坝蓄水。'))
                self.seen(server, '大坝', {'kept', 'a', 'b'})
                self.import_articles(article('a', '水闸开启。'))
                self.seen(server, '大坝', {'kept', 'b'})
                self.seen(server, '水闸', {'a'}, changed=False)
                self.indexer('delete', 'b')
                self.seen(server, '大坝', {'kept'})
                self.assertEqual(server.get('/v1/articles/b').status, 404)
                self.write('in/c.txt', '　　大坝顶上的风很大，人要扶着栏杆走，走一趟要花半个钟头。\n')
                self.indexer('add', self.path('in', 'c.txt'))
                self.seen(server, '大坝', {'kept', 'c'})
                for n in range(3):
                    self.write('in/d.txt', f'　　第{n}版的大坝图纸画好了，共有{n + 3}张，晒在院子里的绳子上。\n')
                    self.indexer('build', self.path('in'))
                    self.seen(server, f'第{n}版的大坝图纸', {'d'})
                    self.seen(server, '大坝', {'kept', 'c', 'd'}, changed=False)
                self.assertEqual(server.search('水闸')['hits'], [])
            finally:
                finish()


if __name__ == '__main__':
    unittest.main(verbosity=2)
