#!/usr/bin/env python3
"""Whatever pairs are rare or frequent, every piece of a text is found by it, and nothing else is counted."""
import random
import unittest

from harness import Case, Server, article, ndjson, run_indexer

# Characters beyond the BMP, some of which fold into it or out of it, beside all others; those that fold to several,
# that repeat, and that are written with white space or marks between.
TEXTS = ('上野𠮷先生游览𠮷野家总店', '叫李𬀩的人住在𠮷野川边', '甲乙𠀀丙丁戊𠀀己庚', '㑮人天地间', '高田𡈽丘陵地带',
         '平成元年与㍻二年', '啊啊啊啊笑了又笑啊啊', '國際合作組織的国际合作', '河 边 的 树', '灯火,灯火;灯火', '中国人民代表大会',
         '丽\U0002F800下的丽丸')
COMBINING = ('上报民\u0301族', '上报民族')


def pieces(text):
    for start in range(len(text)):
        for end in range(start + 2, min(start + 8, len(text)) + 1):
            piece = text[start:end]
            if piece.strip() == piece and not set(piece) & set(',; '):
                yield piece


class EveryPhrase(Case):
    def index_of(self, *options):
        """The texts, and some of their pairs by themselves, some often: so each pair of some text is its rarest."""
        r = random.Random(8)
        articles = [article(f'text-{i}', t) for i, t in enumerate(TEXTS)]
        for t in TEXTS:
            for i in range(len(t) - 1):
                for k in range(r.choice((0, 0, 1, 4))):
                    articles.append(article(f'pair-{len(articles)}', t[i:i + 2]))
        articles += [article(f'mark-{i}', t) for i, t in enumerate(COMBINING)]
        ran = run_indexer('--index', self.index, 'import', *options, '-', stdin=ndjson(articles))
        self.assertEqual(ran.code, 0, str(ran))

    def check(self):
        with Server(self.index) as server:
            asked = 0
            for i, text in enumerate(TEXTS):
                for piece in pieces(text):
                    for q, more in ((f'"{piece}"', {}), (piece, {'match': 'exact'})):
                        for unit in ('paragraph', 'article'):
                            answer = server.search(q, unit=unit, limit=1000, **more)
                            # Counted to a number, hits are read and marked in another way.
                            other = server.search(q, unit=unit, limit=1000, count=1000, **more)
                            self.assertEqual(answer['hits'], other['hits'], (q, unit))
                            self.assertIn(f'text-{i}', {h['id'] for h in answer['hits']}, (q, unit))
                            self.assertEqual(answer['total']['value'], len(answer['hits']), (q, unit))
                            asked += 1
            self.assertGreater(asked, 1000)
            # A mark that joins the last character makes another one of it.
            for q in ('"上报民"', '"上報民"'):
                answer = server.search(q, unit='paragraph')
                self.assertEqual([h['id'] for h in answer['hits']], ['mark-1'], q)

    def apart(self, name):
        """So many paragraphs with the pairs of 灯火通明 that its hits are read instead of walking the lists."""
        return [article(f'{name}{i}', '灯火，火通，通明') for i in range(900)]

    def test_read(self):
        """Hits that are read: where the phrase stands once and where it stands more often, in other characters, too."""
        texts = ('灯火通明', '看灯火通明的，又看灯火通明', '燈火通明与灯火通明', '灯 火通明', '看，燈火通明')
        articles = self.apart('apart-') + [article(str(i), t) for i, t in enumerate(texts)]
        ran = run_indexer('--index', self.index, 'import', '-', stdin=ndjson(articles))
        self.assertEqual(ran.code, 0, str(ran))
        with Server(self.index) as server:
            answer = server.search('"灯火通明"', unit='paragraph')
            self.assertEqual(answer['hits'], server.search('"灯火通明"', unit='paragraph', count=1000)['hits'])
            marks = {h['id']: h['paragraphs'][0]['ranges'] for h in answer['hits']}
            self.assertEqual(marks, {'0': [[0, 4]], '1': [[1, 5], [9, 13]], '2': [[0, 4], [5, 9]], '3': [[0, 5]],
                                     '4': [[2, 6]]})

    def test_read_in_two_segments(self):
        """Documents of the same number, and texts of the same length."""
        for one in ('甲', '乙'):
            articles = self.apart(one) + [article(one, f'灯火通明{one}')]
            ran = run_indexer('--index', self.index, 'import', '-', stdin=ndjson(articles))
            self.assertEqual(ran.code, 0, str(ran))
        with Server(self.index) as server:
            answer = server.search('"灯火通明"', unit='paragraph')
            texts = {h['id']: h['paragraphs'][0]['text'] for h in answer['hits']}
            self.assertEqual(texts, {'甲': '灯火通明甲', '乙': '灯火通明乙'})

    def test_written_in_one_go(self):
        self.index_of()
        self.check()

    def test_written_by_xapian(self):
        self.index_of('--stock')
        self.check()


if __name__ == '__main__':
    unittest.main(verbosity=2)
