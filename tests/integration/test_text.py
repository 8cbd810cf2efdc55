#!/usr/bin/env python3
"""The analysis of text, seen from outside: which writing finds which, what is marked, and what is not found."""
import glob
import os
import unittest

from harness import Case, Server, WithArticles, target_of, wait_until


class Writings(WithArticles):
    """Articles of one paragraph; its text is the id, too."""

    TEXTS = ()

    @classmethod
    def setUpClass(cls):
        cls.ARTICLES = [{'id': t, 'paragraphs': [t]} for t in cls.TEXTS]
        super().setUpClass()

    def found(self, q, **parameters):
        """@return {text: (tier, what is marked)} of every hit."""
        answer = self.search(q, limit=100, **parameters)
        self.assertEqual(answer['total'], {'value': len(answer['hits']), 'relation': 'eq'}, q)
        out = {}
        for hit in answer['hits']:
            paragraph = hit['paragraphs'][0]
            marked = ' '.join(paragraph['text'][start:end] for start, end in paragraph['ranges'])
            self.assertNotIn(paragraph['text'], out, 'a hit twice')
            out[paragraph['text']] = (hit['match'], marked)
        return out

    def check(self, q, exact, others=(), **parameters):
        """q must find the texts of `exact` verbatim, those of `others` at tier all, nothing else; {text: marked}."""
        want = {text: ('exact', marked) for text, marked in dict(exact).items()}
        want.update({text: ('all', marked) for text, marked in dict(others).items()})
        self.assertEqual(self.found(q, **parameters), want, f'{q} {parameters}')


class Scripts(Writings):
    """Pairs that simplified writing makes one: by default each finds all; with script=exact only itself."""

    # Of each row: what differs between these forms is one character of the key.
    FORMS = (('干燥', '乾燥'), ('干部', '幹部'), ('皇后', '皇後'), ('以后', '以後'), ('里面', '裏面', '裡面'), ('公里', '公裏'),
             ('关系', '關係', '关繫'), ('联系', '聯繫', '聯係'), ('发展', '發展', '髮展'), ('头发', '頭髮', '頭發'))
    TEXTS = tuple(f'甲{form}丁' for forms in FORMS for form in forms) + ('B後a', 'B后a')

    def test_every_form_finds_every_form(self):
        for forms in self.FORMS:
            for q in forms:
                for unit in ('article', 'paragraph'):
                    with self.subTest(q=q, unit=unit):
                        self.check(q, {f'甲{form}丁': form for form in forms}, unit=unit)
                        self.check(f'"{q}"', {f'甲{form}丁': form for form in forms}, unit=unit)

    def test_the_script_as_written_finds_itself_alone(self):
        for q in (form for forms in self.FORMS for form in forms):
            for unit in ('article', 'paragraph'):
                for match in ('auto', 'exact', 'all', 'any'):
                    with self.subTest(q=q, unit=unit, match=match):
                        self.check(q, {f'甲{q}丁': q}, script='exact', unit=unit, match=match)
                        self.check(f'"{q}"', {f'甲{q}丁': q}, script='exact', unit=unit, match=match)

    def test_one_character(self):
        for same in ('干乾幹', '后後', '里裏裡', '系係繫', '发發髮'):
            holding = [t for t in self.TEXTS if set(t) & set(same)]
            for q in same:
                with self.subTest(q):
                    self.check(q, {t: (set(t) & set(same)).pop() for t in holding})
                    self.check(q, {t: q for t in self.TEXTS if q in t}, script='exact')

    def test_not(self):
        self.check('甲 -發', {t: '甲' for t in self.TEXTS if '甲' in t and not set(t) & set('发發髮')})
        self.check('甲 -發', {t: '甲' for t in self.TEXTS if '甲' in t and '發' not in t}, script='exact')

    def test_nothing_in_this_script(self):
        answer = self.search('公裡', script='exact')
        self.assertEqual((answer['hits'], answer['total']['value']), ([], 0))
        self.assertTrue(answer['notes'][0].startswith('no_hits: nothing is written so in this script'), answer['notes'])

    def test_width_and_case_stay_folded(self):
        self.check('＂發展＂', {'甲發展丁': '發展'}, script='exact')
        self.check('ｂ後Ａ', {'B後a': 'B後a'}, script='exact', match='all')


class Years(Writings):
    # Chinese numerals, and what each marks in the text of another; digits.
    NUMERALS = ('二〇二一年', '二○二一年', '二零二一年')
    DIGITS = ('2021年', '２０２１年', '2021 年')
    TEXTS = tuple(f'大会于{form}召开' for form in NUMERALS + DIGITS) + (
        '二十一年后的大会', '二〇二一', '编号2021', '二○二二年大会', '2020年大会')

    def texts(self, forms, mark):
        return {f'大会于{form}召开': mark(form) for form in forms}

    def test_forms_find_each_other_outside_quotes(self):
        for q in self.NUMERALS:
            with self.subTest(q):
                others = self.texts(self.NUMERALS, str)
                others.update(self.texts(self.DIGITS, lambda form: form.rstrip('年').rstrip()))
                del others[f'大会于{q}召开']
                self.check(q, self.texts([q], str), others, match='all')
        for q in self.DIGITS[:2]:
            with self.subTest(q):
                self.check(q, self.texts(self.DIGITS, str),
                           self.texts(self.NUMERALS, lambda form: form.rstrip('年')), match='all')

    def test_tiers_without_being_asked_for(self):
        for q in self.NUMERALS + self.DIGITS:
            tiers = {text: tier for text, (tier, _) in self.found(q).items()}
            for form in self.NUMERALS + self.DIGITS:
                self.assertIn(tiers[f'大会于{form}召开'], ('exact', 'all'), f'{q}: {form}')
            self.assertNotIn('2020年大会', tiers)
            self.assertNotIn('二○二二年大会', tiers)

    def test_in_quotes_only_as_written(self):
        for match in ('auto', 'all', 'any', 'exact'):
            for unit in ('article', 'paragraph'):
                for q in self.NUMERALS:
                    for quoted in (f'"{q}"', f'“{q}”', f'「{q}」'):
                        self.check(quoted, self.texts([q], str), match=match, unit=unit)
                for q in self.DIGITS:
                    self.check(f'"{q}"', self.texts(self.DIGITS, str), match=match, unit=unit)

    def test_inside_longer_text(self):
        for q in self.NUMERALS:
            others = self.texts(self.NUMERALS, lambda form: f'于{form}召开')
            others.update(self.texts(self.DIGITS, lambda form: form.rstrip('年').rstrip() + ' 年召开'))
            del others[f'大会于{q}召开']
            self.check(f'于{q}召开', self.texts([q], lambda form: f'于{form}召开'), others, match='all')


class Shapes(Writings):
    """Numbers and words as people type them: what a part of one finds, and what another way to write it finds."""

    TEXTS = ('上涨3.5%', '上涨３．５％', '上涨3.5 ％', '上涨35%', '会议10:30开始', '会议10：30开始', '会议1030开始',
             '5G手机', '５ｇ手机', '5 G手机', 'COVID-19疫情', 'COVID19疫情', 'covid 19疫情', 'S项目', 'Ｓ项目', 'SS项目', '项目',
             '依据GB/T 7714著录', '依据GB/T7714著录', '依据GBT7714著录', '共18.5亿元', '共18.5 亿元', '共185亿元', '共1,234人', '共1234人',
             '歼-20首飞', 'Wi-Fi信号', 'WiFi信号', 'R&D经费', '第2021-06-30号', 'naïve观点', 'Привет мир', 'Αθήνα城', 'العربية话',
             'ｶﾞｽ会社', 'ガス会社', '한국신문', 'ㄅㄆㄇ符号', '人々集', '𠮷野家', '㐂𫝀字')

    def check_found(self, q, *texts):
        """q finds exactly these at the tiers exact and all."""
        self.assertEqual(set(self.found(q, match='all')), set(texts), q)

    def test_as_typed_in_any_width(self):
        for q in ('3.5%', '３．５％', '3.5'):
            self.check(q, {'上涨3.5%': q if q == '3.5' else '3.5%', '上涨３．５％': '３．５' if q == '3.5' else '３．５％',
                           '上涨3.5 ％': '3.5' if q == '3.5' else '3.5 ％'}, match='all')
        for q in ('10:30', '10：30', '１０：３０'):
            self.check(q, {'会议10:30开始': '10:30', '会议10：30开始': '10：30'}, match='all')
        for q in ('5G', '５ｇ', '5g手机'):
            self.check_found(q, '5G手机', '５ｇ手机', '5 G手机')
        for q in ('S项目', 'ｓ项目'):
            self.check(q, {'S项目': 'S项目', 'Ｓ项目': 'Ｓ项目'}, match='exact')
        self.check('18.5亿', {'共18.5亿元': '18.5亿', '共18.5 亿元': '18.5 亿'}, match='all')

    def test_a_part(self):
        for q, texts in (('3', ('上涨3.5%', '上涨３．５％', '上涨3.5 ％')), ('30', ('会议10:30开始', '会议10：30开始', '第2021-06-30号')),
                         ('covid', ('COVID-19疫情', 'COVID19疫情', 'covid 19疫情')), ('项目', ('S项目', 'Ｓ项目', 'SS项目', '项目')),
                         ('7714', ('依据GB/T 7714著录', '依据GB/T7714著录', '依据GBT7714著录')), ('GB/T', ('依据GB/T 7714著录', '依据GB/T7714著录', '依据GBT7714著录')),
                         ('18亿', ('共18.5亿元', '共18.5 亿元')), ('234', ('共1,234人',)), ('2021', ('第2021-06-30号',)), ('06-30', ('第2021-06-30号',)),
                         ('мир', ('Привет мир',)), ('城', ('Αθήνα城',)), ('αθήνα', ('Αθήνα城',)), ('العربية', ('العربية话',)), ('野家', ('𠮷野家',)),
                         ('𠮷', ('𠮷野家',)), ('𫝀', ('㐂𫝀字',)), ('々', ('人々集',)), ('국신', ('한국신문',)), ('ㄆ', ('ㄅㄆㄇ符号',)), ('NAÏVE', ('naïve观点',))):
            with self.subTest(q):
                self.check_found(q, *texts)

    def test_another_way_to_write_it(self):
        for forms in (('COVID-19疫情', 'COVID19疫情', 'covid 19疫情'), ('共1,234人', '共1234人'), ('Wi-Fi信号', 'WiFi信号'),
                      ('依据GB/T 7714著录', '依据GB/T7714著录', '依据GBT7714著录'), ('5G手机', '５ｇ手机', '5 G手机'), ('ｶﾞｽ会社', 'ガス会社')):
            for q in forms:
                with self.subTest(q):
                    self.check_found(q, *forms)
                    self.assertEqual(self.found(q)[q][0], 'exact')

    def test_not_what_only_looks_alike(self):
        for q, text in (('35%', '上涨35%'), ('1030', '会议1030开始'), ('185亿', '共185亿元'), ('SS项目', 'SS项目')):
            with self.subTest(q):
                self.check_found(q, text)


class Fingerprint(Case):
    """An index made with another analysis is refused by both programs, with the way out, until it is built anew."""

    def change(self):
        """Another version of Unicode in the stored fingerprint."""
        table, = glob.glob(os.path.join(self.index, 'base-*', 'postlist.glass'))
        with open(table, 'rb') as f:
            content = f.read()
        self.assertEqual(content.count(b'/unicode-'), 1)
        at = content.index(b'/unicode-') + len(b'/unicode-')
        with open(table, 'r+b') as f:
            f.seek(at)
            f.write(b'9')

    def test_refused_until_built_anew(self):
        texts = self.write('a.txt', '　　清晨的码头上，渔民在卸货。\n')
        self.indexer('build', texts)
        with Server(self.index) as server:
            self.assertEqual(len(server.search('渔民')['hits']), 1)
        self.change()
        for verb in (['add', texts], ['delete', 'a'], ['merge'], ['stats'], ['export']):
            with self.subTest(verb[0]):
                ran = self.indexer(*verb, code=1)
                self.assertIn('was made with text analysis', ran.err)
                self.assertIn('build the index anew with `jianwen-indexer build`', ran.err)
        with Server(self.index) as server:
            for target in (target_of('渔民'), '/readyz', '/v1/stats'):
                answer = server.get(target)
                self.assertEqual(answer.status, 503, target)
                self.assertIn('jianwen-indexer build', answer.json['detail'])
            self.assertEqual(server.get('/healthz').status, 200)
            self.assertIn('was made with text analysis', server.log())
            self.indexer('build', texts)
            wait_until(lambda: server.get('/readyz').status == 200, 'the new index is taken up')
            self.assertEqual(len(server.search('渔民')['hits']), 1)


if __name__ == '__main__':
    unittest.main()
