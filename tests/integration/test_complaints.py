#!/usr/bin/env python3
"""What readers of Chinese complain about in other search engines, each as a test.

docs/query.md lists the threads, and those whose test stands elsewhere.  The numbers are that list's."""
import json
import subprocess
import unittest
from urllib.parse import quote

from harness import WithArticles, article, clean_environment
from server_harness import SERVER

WRAPPED = '''河上新桥昨日通车

　　本报讯 昨天上午，河上新桥正式通
车。她说，这座桥修了三年，用的是Open
Bridge标准，全桥一共长一千二百米,桥
面宽三十米，双向六条车道，两边还有
人行道，附近的居民都来看热闹。
　　新桥建成以后，从城东到城西只要
十分钟，比从前少走八公里，沿线的企
业也都说方便了许多，运费省了不少。
'''

ARTICLES = [
    article('install', '这个软件安装简单，十分钟就好。', '待处理的事项有三件。', '汽车的大灯坏了。'),
    article('honda-both', '本田雅阁今年换代。', '厂家说价格不变。', title='本田雅阁上市'),
    article('honda-apart', '本次展会上，稻田旁边的展台最热闹。', '雅阁两个字写在门上。'),
    article('makeup', '小化妆盒售罄，大化妆盒还有。', '店里不卖口红。'),
    article('lipstick', '大化妆盒里有口红。'),
    article('latin', '用iPhone手机和5G手机上网，iPhone更贵。', '会议20号在２０楼举行。', '会上发布DDR5内存和T5灯管。'),
    article('kanji', '東京大学', '図書館の本を読む。', '中国語と漢字。', title='語'),
    article('forum', '國際论壇昨日開幕。', '健康是福。', '见到了朋友。'),
    article('first', '第一篇', '蝶'),
    article('marks', '苹果、香蕉、梨；都卖完了。下周再来。', '野、山、水。', '比大雄高的是胖虎。'),
    article('hongkong', '香港貿發局香港辦事處。'),
    article('rare', '𨨏是元素，𠮷野家是店名。', 'a𨨏b'),
    article('phrase', '春风，又绿江南岸。', '的确，目的在于的士。'),
    article('qing', '清代文学的代表是红楼梦。', '清代的服装与现代文学无关。'),
    article('qing-dress', '清代服装。'),
    article('numerals', '第十二届运动会于二〇二一年闭幕。', '２０２４年和2023年的报告。', '共1,234人。'),
    article('long-run', '全面建设社会主义现代化国家开好局起好步奠定坚实基础不断取得新成就'),
    article('guangzhou', '广州的早茶。'),
    article('huizhou', '惠州的海。', '大连高新园区的企业。'),
    article('loop', '迴圈語句會反覆執行。'),
    article('fix-ok', '修复完成 ok'),
    article('fix', '修复失败'),
    article('ok', 'ok，没有问题'),
    article('variants', '中國人在國外。', '乾燥的天氣，乾隆皇帝。', '皇后以後', '關係與系統'),
    article('secret', '机密文件在柜子里。', '公开文件在桌上。'),
    article('open', '公开文件在网上。'),
    article('radicals', '⼀⽅⾼楼⻢路旁'),
    article('spaces', '中 国 的 经 济 增 长'),
    article('reference', '河 边 的 \u3000 树\u200d荫', '树荫下的人。', title='河边', date='2021-06-30', source='晨报', page='A05',
            section='副刊', url='https://paper.example/a05'),
    article('meeting', '今天开会，讨论预算。', '会议在明天继续。'),
]


class Complaints(WithArticles):
    ARTICLES = [*ARTICLES, {'id': 'wrapped', 'text': WRAPPED}]

    def tiers(self, q, **parameters):
        """{id: tier}, in the order of the hits."""
        return {h['id']: h['match'] for h in self.search(q, **parameters)['hits']}

    def exact(self, q, **parameters):
        return {i for i, tier in self.tiers(q, limit=1000, **parameters).items() if tier == 'exact'}

    def marked(self, q, article_id, **parameters):
        """What is marked in the paragraphs of a hit."""
        hits = [h for h in self.search(q, **parameters)['hits'] if h['id'] == article_id]
        self.assertEqual(len(hits), 1, q)
        return [p['text'][s:e] for p in hits[0]['paragraphs'] for s, e in p['ranges']]

    # ---- section 16 ----

    def test_16_01_inner_words_are_found(self):
        for q in ('简单', '处理', '灯', '装简', '大灯坏'):
            self.assertEqual(self.exact(q) - {'latin'}, {'install'}, q)

    def test_16_02_partial_hits_stand_behind_whole_ones_and_order_of_words_is_none(self):
        answer = self.search('本田 雅阁', match='any')
        self.assertEqual([(h['id'], h['match']) for h in answer['hits']][0], ('honda-both', 'exact'))
        self.assertNotIn('exact', [h['match'] for h in answer['hits'] if h['id'] == 'honda-apart'])
        self.assertEqual(self.tiers('本田 雅阁'), self.tiers('雅阁 本田'))
        self.assertNotIn('honda-apart', self.tiers('本田'))

    def test_16_03_quotes_and_minus_take_any_piece(self):
        self.assertEqual(self.exact('"小化妆"'), {'makeup'})
        self.assertEqual(self.exact('"化妆盒" -小化'), {'lipstick'})
        self.assertEqual(self.exact('化妆 -"不卖口"'), {'lipstick'})

    def test_16_04_marks_are_what_was_typed(self):
        self.assertEqual(self.marked('iphone手机', 'latin'), ['iPhone手机'])
        self.assertEqual(self.marked('iPhone', 'latin'), ['iPhone', 'iPhone'])
        self.assertEqual(self.marked('大化妆', 'makeup'), ['大化妆'])

    def test_16_05_no_language_is_guessed(self):
        for q in ('東京', '図書館', '漢字', '語', '大学'):
            self.assertIn('kanji', self.exact(q), q)

    def test_16_06_no_typing_errors_are_guessed(self):
        for q in ('大灶', '广川', '本由'):
            self.assertEqual(self.tiers(q), {}, q)

    def test_16_07_folded_before_cut_and_no_pinyin(self):
        for q in ('國際論坛', '国际论坛', '國際論壇', '际论'):
            self.assertEqual(self.exact(q), {'forum'}, q)
        self.assertEqual(self.marked('健', 'forum'), ['健'])

    def test_16_08_short_and_lone_ones_are_found(self):
        for q in ('第一篇', '一篇', '蝶'):
            self.assertEqual(self.exact(q), {'first'}, q)

    def test_16_09_full_width_marks_separate(self):
        for q in ('香蕉', '苹果、香蕉', '香蕉 梨', '卖完了', '完了。下周'):
            self.assertEqual(self.exact(q), {'marks'}, q)
        self.assertEqual(self.exact('"蕉梨"'), set())

    def test_16_10_touching_matches_stay_apart(self):
        self.assertEqual(self.marked('香港', 'hongkong'), ['香港', '香港'])
        self.assertEqual(self.marked('貿發局香港', 'hongkong'), ['貿發局香港'])

    def test_16_11_letters_and_digits_beside_han(self):
        for q in ('5g', '５Ｇ手机', '20', '２０', '２０楼', '20号', 'ddr5', 'T5', 'iphone手机'):
            self.assertIn('latin', self.exact(q), q)

    def test_16_12_offsets_count_code_points_of_all_planes(self):
        paragraph = self.search('元素')['hits'][0]['paragraphs'][0]
        self.assertEqual(paragraph['ranges'], [[2, 4]])
        for q in ('𨨏', '𠮷野', '𨨏是'):
            self.assertEqual(self.exact(q), {'rare'}, q)

    def test_16_13_the_last_character_before_a_mark(self):
        self.assertEqual(self.exact('野') - {'rare'}, {'marks'})
        self.assertEqual(self.exact('"野、山"'), {'marks'})
        self.assertEqual(self.exact('大雄'), {'marks'})

    def test_16_14_text_as_it_is_no_stop_words_phrases_over_marks(self):
        self.assertEqual(self.search('江南')['hits'][0]['paragraphs'][0]['text'], '春风，又绿江南岸。')
        for q in ('的确', '的士', '目的', '"的"', '"春风，又绿"'):
            self.assertIn('phrase', self.exact(q), q)
        folder = self.place.write('bad.conf', 'no_such_setting = 1\n')
        ran = subprocess.run([SERVER, '--config', folder, '--check-config'], stderr=subprocess.PIPE, env=clean_environment())
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn(b'no_such_setting', ran.stderr)

    def test_16_15_and_16_28_not_takes_out_what_it_names_and_nothing_leaks(self):
        self.assertEqual(self.exact('文件 -机密'), {'open'})
        self.assertEqual(self.exact('NOT 机密 公开文件'), {'open'})
        self.assertEqual(self.exact('文件 NOT (机密 OR 网上)'), set())
        self.assertEqual(self.exact('(机密 OR 网上) 文件'), {'secret', 'open'})
        self.assertNotIn('secret', self.tiers('公开文件 -机密', match='any', limit=100))

    def test_16_16_the_wide_space_separates_and_is_not_marked(self):
        self.assertEqual(self.marked('机密\u3000文件', 'secret'), ['机密', '文件'])
        self.assertIn('phrase', self.exact('的'))

    def test_16_17_neither_nothing_nor_noise(self):
        self.assertEqual(self.exact('清代文学'), {'qing'})
        self.assertNotIn('qing-dress', self.tiers('清代文学'))
        self.assertEqual(self.tiers('文学清代', match='any')['qing'], 'partial')

    def test_16_18_any_length_and_fields_too(self):
        for q in ('社', '社会', '社会主', '社会主义现代化国家开好局起好步'):
            self.assertIn('long-run', self.exact(q), q)
        for q in ('title:本', 'title:本田', 'title:雅阁上市', 'title:"田雅"'):
            self.assertEqual(self.exact(q), {'honda-both'}, q)

    def test_16_19_numerals(self):
        for q in ('第十二届', '十二', '二〇二一年'):
            self.assertEqual(self.exact(q), {'numerals'}, q)
        for q in ('2021年', '1234人'):
            self.assertEqual(self.tiers(q).get('numerals'), 'all', q)

    def test_16_20_a_long_run_is_no_single_token(self):
        for q in ('现代化国家', '好局起好', '就'):
            self.assertIn('long-run', self.exact(q), q)

    def test_16_21_no_dictionary_errs(self):
        self.assertEqual(self.tiers('广州'), {'guangzhou': 'exact'})
        for q in ('大连高', '新园区', '高新园'):
            self.assertEqual(self.exact(q), {'huizhou'}, q)

    def test_16_22_and_16_33_chinese_works_without_a_setting(self):
        self.assertEqual(self.exact('早茶'), {'guangzhou'})  # the server runs on its defaults

    def test_16_23_query_and_document_are_cut_alike(self):
        for q in ('迴圈', '圈語', '反覆執行'):
            self.assertEqual(self.exact(q), {'loop'}, q)
        terms = {t['term'] for t in self.server.get(f'/v1/analyze?text={quote("迴圈語句")}').json['terms']}
        self.assertTrue({'圈语', '语句'} <= terms, terms)

    def test_16_24_no_short_word_is_dropped(self):
        self.assertEqual(self.exact('修复 ok'), {'fix-ok'})
        self.assertEqual(self.exact('ok'), {'fix-ok', 'ok'})
        self.assertEqual(self.search('修复 ok', match='exact')['total'], {'value': 1, 'relation': 'eq'})

    def test_16_25_scripts_are_one_marks_stay_on_the_original(self):
        for q, printed in (('中国', '中國'), ('国外', '國外'), ('干燥', '乾燥'), ('以后', '以後'), ('关系', '關係')):
            self.assertIn(printed, self.marked(q, 'variants'), q)
        self.assertEqual(self.exact('国') - {'variants', 'forum', 'kanji', 'spaces', 'long-run'}, set())
        self.assertNotIn('variants', self.exact('以后', script='exact'))
        self.assertIn('variants', self.exact('以後', script='exact'))

    def test_16_27_a_star_is_no_operator_and_harms_nothing(self):
        self.assertEqual(self.exact('早茶*'), {'guangzhou'})
        self.assertEqual(self.exact('dd*'), set())  # letters are found by whole words; see docs/query.md

    def test_16_29_pairs_of_function_characters_weigh_nothing_in_questions(self):
        answer = self.search('谁的本田雅阁是在今年换代的', explain=1)
        self.assertEqual(answer['hits'][0]['id'], 'honda-both')
        self.assertNotIn('phrase', self.tiers('谁的本田雅阁是在今年换代的'))

    def test_16_30_radicals_of_damaged_fonts(self):
        for q in ('一方高楼', '马路', '⻢路'):
            self.assertEqual(self.exact(q), {'radicals'}, q)

    def test_16_31_lines_are_joined_by_what_stands_at_their_ends(self):
        for q in ('正式通车', '用的是Open Bridge标准', '一千二百米,桥面', '居民都来'):
            self.assertEqual(self.exact(q), {'wrapped'}, q)
        text = self.search('修了三年')['hits'][0]['paragraphs'][0]['text']
        self.assertIn('用的是Open Bridge标准，全桥一共长一千二百米,桥面宽三十米', text)

    def test_16_32_the_paragraph_itself_and_the_same_marks_everywhere(self):
        hit = self.search('现代文学无关')['hits'][0]
        self.assertEqual((hit['id'], hit['paragraphs'][0]['n']), ('qing', 2))
        whole = self.server.get('/v1/articles/qing?q=' + quote('现代文学无关')).json
        shown = {p['n']: p['ranges'] for p in whole['paragraphs']}
        self.assertEqual(shown, {1: [], 2: hit['paragraphs'][0]['ranges']})

    # ---- section 17 ----

    def test_17_01_lines_that_a_paragraph_came_from(self):
        paragraph = self.search('正式通车')['hits'][0]['paragraphs'][0]
        self.assertEqual((paragraph['line_start'], paragraph['line_end']), (3, 7))

    def test_17_02_paragraphs_within_articles(self):
        answer = self.search('文学')
        hit = next(h for h in answer['hits'] if h['id'] == 'qing')
        self.assertEqual(sorted(p['n'] for p in hit['paragraphs']), [1, 2])
        self.assertEqual(self.search('文学', unit='paragraph')['total'], {'value': 2, 'relation': 'eq'})

    def test_17_03_as_printed(self):
        self.assertEqual(self.marked('树荫', 'reference'), ['树\u200d荫', '树荫'])
        self.assertIn('２０２４年', self.marked('2024年', 'numerals'))

    def test_17_04_folding_is_the_default_and_can_be_left_out(self):
        self.assertEqual(self.exact('辦事处'), {'hongkong'})
        self.assertEqual(self.exact('办事处', script='exact'), set())

    def test_17_05_tiers_and_why_nothing_was_found(self):
        self.assertEqual(self.search('清代文学')['hits'][0]['match'], 'exact')
        answer = self.search('火星车')
        self.assertEqual(answer['total']['value'], 0)
        self.assertIn('missing', [n.split(':')[0] for n in answer['notes']])
        self.assertIn('literal', [n.split(':')[0] for n in self.search('"清代文学')['notes']])

    def test_17_06_a_score_in_words(self):
        explanation = json.dumps(self.search('清代文学', explain=1)['hits'][0]['explanation'], ensure_ascii=False)
        self.assertIn('verbatim', explanation)

    def test_17_08_numbers_in_all_styles(self):
        for q in ('２０２４年', '2024年', '２０23年'):
            self.assertEqual(self.exact(q), {'numerals'}, q)
        self.assertIn('numerals', self.tiers('2021年'))

    def test_17_09_stray_spaces(self):
        for q in ('中国的经济', '"经济增长"', '的经'):
            self.assertIn('spaces', self.exact(q), q)

    def test_17_10_what_a_citation_needs(self):
        hit = self.search('河边的树荫')['hits'][0]
        self.assertEqual([hit[k] for k in ('id', 'title', 'source', 'date', 'page', 'section', 'url')],
                         ['reference', '河边', '晨报', '2021-06-30', 'A05', '副刊', 'https://paper.example/a05'])
        self.assertEqual(hit['paragraphs'][0]['n'], 1)
        self.assertTrue(hit['paragraphs'][0]['ranges'])


if __name__ == '__main__':
    unittest.main()
