#!/usr/bin/env python3
"""Doubtful joins and breaks from the page to the answer, and articles as they were printed."""
import os
import unittest
from urllib.parse import urlencode

import harness


def fixture(name):
    with open(os.path.join(harness.FIXTURES, 'doubtful', f'{name}.txt'), encoding='utf-8') as f:
        return f.read()


# Indented, but for line 7: whether line 6 ends a paragraph cannot be told for sure.
PARTED = fixture('parted')
# Not indented; line 7 is full and ends a sentence: line 8 may begin a paragraph.
JOINED = fixture('joined')
# What is not in the text: space at both ends, a soft hyphen, a display line printed twice.
EXTRAS = '''旧桥换新颜旧桥换新颜

    去年冬天，旧桥封闭施工，附近  
居民绕行了整整一百天，今天上午它终于重\u00ad
新开放，早起的人们纷纷走上桥面拍照留念。

桥头茶馆重新开张
桥头茶馆重新开张

    桥面加宽了三米，两侧新装了栏杆，栏杆
上刻着沿河十二个村庄的名字。\t
'''


class Printed(harness.Case):
    def serve(self):
        server = harness.Server(self.index)
        server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        return server

    def add(self, **texts):
        for name, text in texts.items():
            self.write(f'pages/{name}.txt', text)
        self.indexer('build', self.path('pages'))
        return self.serve()

    def lines(self, server, name, **query):
        answer = server.get(f'/v1/articles/{name}?' + urlencode({'view': 'printed', **query}))
        self.assertEqual(answer.status, 200)
        return answer.json['lines']

    def test_a_phrase_across_a_doubtful_break(self):
        server = self.add(parted=PARTED)
        for unit in 'article', 'paragraph':
            for match in 'auto', 'exact':
                answer = server.search('装回了原处。值守钟楼', unit=unit, match=match)
                self.assertEqual(answer['total'], {'value': 1, 'relation': 'eq'})
                self.assertEqual(answer['hits'][0]['match'], 'exact')
                paragraph = answer['hits'][0]['paragraphs'][0]
                end = len(paragraph['text'])
                self.assertEqual(paragraph['ranges'], [[end - 6, end]])
                doubt, = paragraph['doubts']
                self.assertEqual((doubt['line'], doubt['joined'], doubt['at'], doubt['n']), (7, False, end, 2))
                self.assertTrue(0.1 <= doubt['confidence'] < 0.5)
                self.assertEqual(doubt['text'][:6], '值守钟楼三十')
                self.assertEqual(doubt['ranges'], [[0, 4]])
        # Neither half needs the doubt.
        for half in '装回了原处', '值守钟楼':
            hit, = server.search(half)['hits']
            self.assertEqual([p.get('doubts') for p in hit['paragraphs']], [None])
        # The end of another paragraph is sure.
        self.assertEqual(server.search('从未间断。街坊们', match='exact')['hits'], [])

    def test_words_on_both_sides_of_a_doubtful_break(self):
        server = self.add(parted=PARTED)
        hit, = server.search('锈蚀的齿轮 罗师傅', match='exact')['hits']
        self.assertEqual(hit['paragraphs'][0]['n'], 1)
        self.assertIn('doubts', hit['paragraphs'][0])

    def test_a_phrase_across_a_doubtful_join(self):
        server = self.add(joined=JOINED)
        hit, = server.search('装回原处。值守')['hits']
        paragraph = hit['paragraphs'][0]
        doubt, = paragraph['doubts']
        self.assertEqual((doubt['line'], doubt['joined']), (8, True))
        self.assertTrue(0.5 <= doubt['confidence'] < 0.9)
        self.assertTrue(paragraph['text'][doubt['at']:].startswith('值守钟楼'))
        hit, = server.search('齿轮一枚')['hits']
        self.assertNotIn('doubts', hit['paragraphs'][0])

    def test_lines_are_those_of_the_source(self):
        server = self.add(parted=PARTED, joined=JOINED, extras=EXTRAS)
        for name, text in (('parted', PARTED), ('joined', JOINED), ('extras', EXTRAS)):
            want = [(n, line) for n, line in enumerate(text.split('\n'), 1) if line.strip()]
            self.assertEqual([(line['n'], line['text']) for line in self.lines(server, name)], want)

    def test_lines_of_a_hit_are_marked(self):
        server = self.add(parted=PARTED, extras=EXTRAS)
        marked = {line['n']: line for line in self.lines(server, 'parted', q='齿轮一枚一枚拆下清洗') if line['hit']}
        self.assertEqual(sorted(marked), [5, 6])
        self.assertEqual(marked[5]['ranges'], [[4, 13]])
        self.assertEqual(marked[6]['html'], '<mark>洗</mark>，再照着旧图纸装回了原处。')
        # Across a doubtful break both sides are.
        lines = self.lines(server, 'parted', q='装回了原处。值守钟楼')
        self.assertEqual([(line['n'], line['ranges']) for line in lines if line['hit']], [(6, [[8, 14]]), (7, [[0, 4]])])
        # Space before the text is counted, a soft hyphen is not in the way.
        lines = self.lines(server, 'extras', q='终于重新开放')
        self.assertEqual([(line['n'], line['ranges']) for line in lines if line['hit']], [(4, [[16, 19]]), (5, [[0, 3]])])

    def check_lines_and_doubts(self):
        server = self.serve()
        for name, text in (('parted', PARTED), ('joined', JOINED), ('extras', EXTRAS)):
            want = [(n, line) for n, line in enumerate(text.split('\n'), 1) if line.strip()]
            self.assertEqual([(line['n'], line['text']) for line in self.lines(server, name)], want)
        hit, = server.search('装回了原处。值守钟楼', match='exact')['hits']
        self.assertFalse(hit['paragraphs'][0]['doubts'][0]['joined'])
        hit, = server.search('装回原处。值守', match='exact')['hits']
        self.assertTrue(hit['paragraphs'][0]['doubts'][0]['joined'])

    def test_a_merge_keeps_lines_and_doubts(self):
        self.write('pages/joined.txt', JOINED)
        self.indexer('build', self.path('pages'))
        for name, text in (('parted', PARTED), ('extras', EXTRAS)):
            self.indexer('add', self.write(f'more/{name}.txt', text))
        self.indexer('merge')
        self.check_lines_and_doubts()

    def test_an_export_keeps_lines_and_doubts(self):
        self.add(parted=PARTED, joined=JOINED, extras=EXTRAS)
        exported = self.indexer('export').out
        self.write('exported.jsonl', exported)
        self.index = self.path('again')
        self.indexer('import', self.path('exported.jsonl'))
        self.assertEqual(self.indexer('export').out, exported)
        self.check_lines_and_doubts()

    def test_lines_that_do_not_fit_are_left_out(self):
        fit = [3, 0, 6, '', '', 100]
        for n, lines in enumerate((
                [[3, 0, 7, '', '', 100]], [[3, 0, 1, '', '', 100]], [[3, 4, 3, '', '', 100]], [[2, 0, 6, '', '', 100]],
                [fit, fit], [fit[:5]], [[-1, 0, 6, '', '', 100]], [[3, 0, 6, 1, '', 100]], [[3, 0, 6, '', '', 101]],
                [[3.5, 0, 6, '', '', 100]], 'lines', [None], [[1e300, 0, 6, '', '', 100]])):
            printed = {'line_start': 3, 'line_end': 3, 'lines': lines, 'next': {'n': n * 1000, 'likely': 20}}
            article = {'id': 'a', 'title': '题目', 'paragraphs': ['两字'], 'printed': [None, printed]}
            self.import_articles(article)
            kept, = self.indexer('export').objects()
            self.assertEqual(kept['printed'], [None, {'line_start': 3, 'line_end': 3}], lines)
        for printed in ([], [None], [None, None, None], {}, 'printed', [None, 7], [{}, {'line_start': 0, 'line_end': 1}]):
            self.import_articles({'id': 'a', 'paragraphs': ['两字'], 'printed': printed})
            self.assertNotIn('printed', self.indexer('export').objects()[0])

    def test_articles_without_lines(self):
        self.import_articles(harness.article('a', '只有一段。', '还有一段。', title='题目'))
        lines = self.lines(self.serve(), 'a', q='一段')
        self.assertEqual([(line['n'], line['paragraph'], line['ranges']) for line in lines], [(None, 1, [[2, 4]]), (None, 2, [[2, 4]])])


if __name__ == '__main__':
    unittest.main(verbosity=2)
