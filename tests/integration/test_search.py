#!/usr/bin/env python3
"""Both programs together: what a reader asks for is found, where it stands, marked."""
import html
import json
import os
import random
import re
import unicodedata
import unittest
from urllib.parse import quote

from harness import ARTICLES, FIXTURES, SAMPLES, SHARED_ARTICLE, SOURCE_DIR, Case, Server, run_indexer

MARK = re.compile(r'<mark>(.*?)</mark>', re.S)


def gold_of(name):
    with open(os.path.join(FIXTURES, name), encoding='utf-8') as f:
        return {os.path.splitext(k)[0]: v['paragraphs'] for k, v in json.load(f).items()}


def occurrences(text, phrase):
    return [[m.start(), m.end()] for m in re.finditer(re.escape(phrase), text)]


class Searching(Case):
    """Tests on one index and one server, made once: PATHS is what is indexed."""

    PATHS = ()

    @classmethod
    def setUpClass(cls):
        cls.shared = Case()
        cls.shared.setUp()
        ran = run_indexer('--index', cls.shared.index, 'build', *cls.PATHS)
        if ran.code != 0:
            raise AssertionError(str(ran))
        cls.server = Server(cls.shared.index)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)
        cls.shared.doCleanups()

    def search(self, q, **parameters):
        return self.server.search(q, **parameters)

    def check_html(self, text, ranges, marked):
        """marked is text, escaped, with exactly the ranges marked."""
        pieces = re.split(r'(<mark>.*?</mark>)', marked, flags=re.S)
        at, found, plain = 0, [], ''
        for piece in pieces:
            inner = MARK.fullmatch(piece)
            escaped = inner.group(1) if inner else piece
            self.assertNotRegex(escaped, r'''[<>"']''')
            self.assertNotRegex(escaped, r'&(?!(amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)')
            shown = html.unescape(escaped)
            if inner:
                found.append([at, at + len(shown)])
            at += len(shown)
            plain += shown
        self.assertEqual(plain, text)
        self.assertEqual(found, ranges)

    def check_hits(self, answer):
        """What holds for every answer."""
        order = ['exact', 'all', 'partial']
        tiers = [order.index(h['match']) for h in answer['hits']]
        self.assertEqual(tiers, sorted(tiers))
        for hit in answer['hits']:
            for p in hit['paragraphs']:
                self.assertEqual(p['ranges'], sorted(p['ranges']))
                for start, end in p['ranges']:
                    self.assertTrue(0 <= start < end <= len(p['text']))
                self.check_html(p['text'], p['ranges'], p['html'])

    def find(self, q, article_id, printed=None, **parameters):
        """Search for q; article_id must be an exact hit whose first paragraph marks exactly what is printed there.
        @return that paragraph."""
        answer = self.search(q, **parameters)
        self.check_hits(answer)
        hits = [h for h in answer['hits'] if h['id'] == article_id]
        self.assertEqual(len(hits), 1, f'{q}: {[h["id"] for h in answer["hits"]]}')
        self.assertEqual(hits[0]['match'], 'exact', q)
        self.assertTrue(hits[0]['paragraphs'], q)
        paragraph = hits[0]['paragraphs'][0]
        printed = [printed or q] if isinstance(printed or q, str) else printed
        want = sorted(r for phrase in printed for r in occurrences(paragraph['text'], phrase))
        self.assertTrue(want, f'{q}: not in {paragraph["text"]}')
        self.assertEqual(paragraph['ranges'], want, f'{q}: {paragraph["html"]}')
        return paragraph

    def check_paragraph(self, gold, paragraph, phrase):
        """The paragraph must be the true one that holds the phrase, and say the lines it came from."""
        want = [(g['text'], *g['lines']) for g in gold if phrase in g['text']]
        self.assertIn((paragraph['text'], paragraph['line_start'], paragraph['line_end']), want)


class MustHold(Searching):
    PATHS = (ARTICLES, SAMPLES)

    def test_phrases_cut_by_lines_and_columns(self):
        gold = gold_of('articles.gold.json')['yunchuan']
        with open(os.path.join(ARTICLES, 'yunchuan.txt'), encoding='utf-8') as f:
            source = f.read()
        for phrase in ('北方轴承之乡', '储备充裕的应急电源', '自主检测能力，稳步扩大', '老厂重新开足马力'):
            with self.subTest(phrase):
                self.assertNotIn(phrase, source, 'the fixture does not cut this phrase')
                self.check_paragraph(gold, self.find(phrase, 'yunchuan'), phrase)

    def test_a_short_paragraph_at_the_end_of_narrow_columns(self):
        gold = gold_of('articles.gold.json')['yunchuan']
        for q in ('产业转型升级', '產業轉型升級'):
            self.check_paragraph(gold, self.find(q, 'yunchuan', '产业转型升级'), '产业转型升级')

    def test_phrases_cut_in_the_samples(self):
        for article_id, phrase in (('shidu-sensors', '从芯片设计、陶瓷基座'), ('shidu-sensors', '工程师就在哪家的生产线'),
                                   ('lanhe-bridge', '72小时的气温和风速，最终'), ('lanhe-bridge', '休息点8处、自助维修站'),
                                   ('shared-lab', 'B计划：凡是财政资金'), ('2023/lanhe-marathon', '每天下班后绕着厂区'),
                                   ('night-bus', '司机周䶮摇下车窗')):
            with self.subTest(phrase):
                self.find(phrase, article_id)

    def test_one_character(self):
        paragraph = self.find('沄', 'yunchuan')
        self.assertIn('沄', paragraph['text'])
        self.find('䶮', 'night-bus')
        self.find('簿', 'night-bus')

    def test_latin_beside_han(self):
        for q, article_id, printed in (
                ('T项目', 'yunchuan', 'T项目'), ('Ｔ项目', 'yunchuan', 'T项目'), ('t项目', 'yunchuan', 'T项目'),
                ('A计划', 'lanhe-bridge', 'A计划'), ('b计划', 'shared-lab', 'B计划'), ('N7路', 'night-bus', 'N7路'),
                ('5G', 'shared-lab', '５Ｇ'), ('５ｇ专网', 'shared-lab', '５Ｇ专网'), ('COVID-19', 'shared-lab', 'COVID-19'),
                ('covid-19疫情', 'shared-lab', 'COVID-19疫情'), ('"GB/T 7714"', 'shared-lab', 'GB/T 7714'),
                ('GB/T 7714', 'shared-lab', ['GB/T', '7714'])):
            with self.subTest(q):
                self.find(q, article_id, printed)

    def test_years_in_any_width(self):
        for q in ('2021年', '２０２１年'):
            self.find(q, 'yunchuan', '2021年')
        for q in ('2022年', '２０２２年'):
            self.find(q, 'yunchuan', '２０２２年')
        for q in ('2024年底', '２０２４年底'):
            self.find(q, 'shared-lab', '２０２４年底')

    def test_traditional_and_simplified_are_the_same(self):
        self.find('北方軸承之鄉', 'yunchuan', '北方轴承之乡')
        self.find('返乡青年', 'tea-station', '返鄉青年')
        self.find('铁道停驶后', 'tea-station', '鐵道停駛後')

    def test_a_script_can_be_asked_for(self):
        for q in ('北方轴承之乡', '返鄉青年'):
            self.assertEqual([h['match'] for h in self.search(q, script='exact')['hits']], ['exact'])
        for q in ('北方軸承之鄉', '返乡青年'):
            self.assertNotIn('exact', [h['match'] for h in self.search(q, script='exact')['hits']])

    def test_quoted_phrases(self):
        for q in ('"北方智造湾"', '“北方智造湾”', '「北方智造湾」'):
            self.find(q, 'yunchuan', '北方智造湾')
        answer = self.search('"智造湾北方"')
        self.assertNotIn('exact', [h['match'] for h in answer['hits']])

    def test_two_words(self):
        paragraph = self.find('轴承 变速箱', 'yunchuan', ['轴承', '变速箱'])
        self.assertIn('两条产业链', paragraph['text'])
        self.find('轴承　变速箱', 'yunchuan', ['轴承', '变速箱'])

    def test_nothing_found(self):
        answer = self.search('深海采矿船')
        self.assertEqual(answer['hits'], [])
        self.assertEqual(answer['total'], {'value': 0, 'relation': 'eq'})
        self.assertTrue(answer['notes'])
        self.assertIsNone(answer['next'])

    def test_the_last_two_characters_of_paragraphs(self):
        gold = dict(gold_of('articles.gold.json'), **gold_of('samples.gold.json'))
        for q, article_id in (('创新', 'yunchuan'), ('底子', 'yunchuan'), ('跨越', 'yunchuan'), ('任务', 'yunchuan'),
                              ('未来', 'yunchuan'), ('国门', 'yunchuan'), ('走完', 'shidu-sensors'), ('操场', '2023/lanhe-marathon')):
            with self.subTest(q):
                paragraph = self.find(q, article_id, unit='article')
                self.assertIn(article_id.split('/')[-1], gold)
                self.assertRegex(paragraph['text'], q)
        hits = self.search('未来', unit='paragraph', match='exact', limit=100)['hits']
        self.assertTrue(any(h['paragraphs'][0]['text'].endswith('未来。') for h in hits))

    def test_pasted_text(self):
        gold = gold_of('articles.gold.json')['yunchuan']
        for q in ('主动衔接“沄川工匠计划”', '恒拓（沄川）仪器公司', '2021年6月18日', '37家', '72%；新增实用新型专利', '同比增长43%',
                  '完成了“从无到有”的跨越', '重量减轻12%左右', '“安家八条”等举措', '大口径回转支承（T项目）通过验收'):
            with self.subTest(q):
                self.check_paragraph(gold, self.find(q, 'yunchuan'), q)

    def test_every_paragraph_is_found_by_its_whole_text(self):
        front = {'lanhe-marathon': '2023/lanhe-marathon', 'qinghe-irrigation': '2023/qinghe-irrigation',
                 'letter': '2024-03-20/letter', 'markup': 'markup/ticket & "more"'}
        n = 0
        for name, paragraphs in dict(gold_of('samples.gold.json'), **gold_of('articles.gold.json')).items():
            for g in paragraphs:
                if g['role'] != 'body' or len(g['text']) < 10 or '产业转型升级' in g['text']:
                    continue  # the last of these has a test of its own above
                with self.subTest(g['text'][:30]):
                    answer = self.search(g['text'])
                    self.check_hits(answer)
                    first = answer['hits'][0]
                    self.assertEqual((first['id'], first['match']), (front.get(name, name), 'exact'))
                    self.assertEqual(first['paragraphs'][0]['text'], g['text'])
                    n += 1
        self.assertGreater(n, 80)

    def test_any_piece_of_a_paragraph_is_found(self):
        rng = random.Random(20210630)
        for name, paragraphs in gold_of('samples.gold.json').items():
            for g in rng.sample([g for g in paragraphs if g['role'] == 'body' and len(g['text']) > 30], 2):
                text = g['text']
                at = [i for i, c in enumerate(text) if unicodedata.category(c) == 'Lo']
                start = rng.choice([i for i in at if i + 25 < len(text)])
                end = 1 + rng.choice([i for i in at if start + 4 < i < start + 25])
                piece = text[start:end]
                with self.subTest(name=name, piece=piece):
                    hit = self.search(piece)['hits'][0]
                    self.assertEqual(hit['match'], 'exact')
                    self.assertEqual(hit['paragraphs'][0]['text'], text)
                    self.assertIn([start, end], hit['paragraphs'][0]['ranges'])

    def test_a_caption_is_in_no_body_paragraph(self):
        for q, article_id in (('技工在装配回转支承', 'yunchuan'), ('正在焊接钢箱梁接缝', 'lanhe-bridge'),
                              ('调试冷冻电镜', 'shared-lab'), ('检测压力传感器', 'shidu-sensors')):
            with self.subTest(q):
                paragraph = self.find(q, article_id)
                self.assertNotEqual(paragraph['role'], 'body')

    def test_markup_is_shown_not_run(self):
        answer = self.search('售票窗口')
        self.check_hits(answer)
        hit = next(h for h in answer['hits'] if h['id'].startswith('markup'))
        self.assertEqual(hit['title'], '<script>alert(1)</script>与售票窗口')
        self.assertEqual([hit['title'][s:e] for s, e in hit['title_ranges']], ['售票窗口'])
        for p in hit['paragraphs']:
            self.assertNotIn('<script', p['html'])
        self.assertFalse(hit['url'].lower().startswith('javascript:'))
        paragraph = self.find('被执行', hit['id'])
        self.assertIn('&lt;script&gt;alert(', paragraph['html'])
        self.assertEqual(self.search('<script>alert')['hits'][0]['match'], 'exact')

    def test_the_examples_of_the_page(self):
        """What the start page offers to click finds something in the samples."""
        with open(os.path.join(SOURCE_DIR, 'server/web/texts_page.js'), encoding='utf-8') as f:
            lists = re.findall(r'examples: \[(.*?)\n    \]', f.read(), re.S)
        queries = {q for text in lists for q in re.findall(r"\['(.*?)', '", text)}
        self.assertGreaterEqual(len(queries), 8)
        for query in queries:
            self.assertGreater(self.search(query)['total']['value'], 0, query)

    def test_the_query_of_the_samples(self):
        with open(os.path.join(SAMPLES, 'query.url'), encoding='ascii') as f:
            encoded = f.read()
        self.assertEqual(encoded, encoded.strip())
        answer = self.server.get('/v1/search?q=' + encoded)
        self.assertEqual(answer.status, 200)
        self.assertGreater(len([h for h in answer.json['hits'] if h['match'] == 'exact']), 1)

    def test_one_article(self):
        answer = self.server.get('/v1/articles/' + quote('2023/lanhe-marathon', safe='') + '?q=' + quote('补给站'))
        self.assertEqual(answer.status, 200)
        article = answer.json
        self.assertEqual((article['id'], article['date'], article['source']),
                         ('2023/lanhe-marathon', '2023-11-20', '澜安晚报'))
        body = [p['text'] for p in article['paragraphs'] if p['role'] == 'body']
        self.assertEqual(body, [g['text'] for g in gold_of('samples.gold.json')['lanhe-marathon']])
        marked = [p['text'][s:e] for p in article['paragraphs'] for s, e in p['ranges']]
        self.assertEqual(marked, ['补给站'])
        self.assertEqual(self.server.get('/v1/articles/' + quote('markup/ticket & "more"', safe='')).status, 200)
        self.assertEqual(self.server.get('/v1/articles/nobody').status, 404)

    def test_analyze_and_stats(self):
        answer = self.server.get('/v1/analyze?text=' + quote('創新𠮷T5')).json
        self.assertEqual([(t['term'], t['start'], t['end']) for t in answer['terms']][:3],
                         [('创新', 0, 6), ('新𠮷', 3, 10), ('𠮷', 6, 10)])
        self.assertEqual(self.server.get('/v1/stats').json['index']['articles'], len(gold_of('samples.gold.json')) + 2)


class Qijiang(Searching):
    PATHS = (SHARED_ARTICLE,)

    @classmethod
    def setUpClass(cls):
        if not os.path.exists(SHARED_ARTICLE):
            raise unittest.SkipTest('skipped: no ../shared')
        super().setUpClass()

    def setUp(self):
        super().setUp()
        with open(SHARED_ARTICLE.replace('.txt', '.gold.json'), encoding='utf-8') as f:
            self.gold = json.load(f)['paragraphs']

    def check(self, q, printed=None):
        paragraph = self.find(q, 'qijiang', printed)
        wanted = printed or q
        self.assertIn(paragraph['text'], [g['text'] for g in self.gold if wanted in g['text']])

    def test_cut_phrases(self):
        for q in ('西部齿轮城', '量级充足的灾备数据', '技术创新能力，不断夯实'):
            self.check(q)

    def test_other_questions(self):
        for q, printed in (('綦', '綦'), ('S项目', 'S项目'), ('Ｓ项目', 'S项目'), ('２０２０年', '2020年'), ('2020年', '2020年'),
                           ('創新驅動發展', '创新驱动发展'), ('"西部信息安全谷"', '西部信息安全谷')):
            with self.subTest(q):
                self.check(q, printed)
        paragraph = self.find('齿轮 变速器', 'qijiang', ['齿轮', '变速器'])
        self.assertTrue('齿轮' in paragraph['text'] and '变速器' in paragraph['text'])
        answer = self.search('火星探测器')
        self.assertEqual(answer['hits'], [])
        self.assertTrue(answer['notes'])

    def test_pasted_text(self):
        for q in ('积极对接“重庆英才计划”', '美艾（重庆）科技公司', '2020年5月8日', '49家', '68%；新申请发明专利'):
            with self.subTest(q):
                self.check(q)

    def test_every_paragraph_by_its_ends(self):
        for g in self.gold:
            ending = re.search(r'[\u4e00-\u9fff]{2,6}(?=\W*$)', g['text'])
            for q in {ending.group()[-2:], ending.group()} if ending else ():
                with self.subTest(q):
                    hits = self.search(q, unit='paragraph', match='exact', limit=100)['hits']
                    self.assertIn(g['text'], [h['paragraphs'][0]['text'] for h in hits])


if __name__ == '__main__':
    unittest.main(verbosity=2)
