#!/usr/bin/env python3
"""Phrases in quotation marks find what a plain scan of the normalised text finds, on text made to be hard."""
import random
import unicodedata
import unittest

import oracle
from harness import Case

# Pieces that text is put together from. Few, so that everything meets everything and phrases come again.
HAN = ('科技', '创新', '創新', '发展', '發展', '头髮', '公里', '裏面', '關係', '系统', '干', '乾', '幹', '后', '後', '的', '了', '一', '中国', '中國',
       '二〇二一年', '二○二一年', '𠮷野家', '㐂', '⼈', '豈', '峯', '着', '著')
OTHER = ('ｶﾞ', 'か゛', 'か\u3099', 'ー', '한국', 'ㄅㄆ', '々', '葛\ufe00', '㎡', '㈱', '℃', '５Ｇ', 'é', 'e\u0301', '½', '①')
WORDS = ('S', 'AI', 'covid', 'COVID', '19', '2021', '5', '3', 'GB', 'T7714', '1', '234', 'Straße', 'мир', 'العربية')
MARKS = ('，', '。', '、', ',', '.', ':', '：', '-', '/', '%', '％', '“', '”', '（', '(', ')', '》', '·', '…', '\u200b', '🚄', '☆')
SPACES = (' ', '\u3000', '  ', '\u00a0', '\n')
DROPPED = ('\u00ad', '\u200d', '\ufeff')


def made_text(rng):
    out = []
    for _ in range(rng.randint(5, 60)):
        kind = rng.random()
        if kind < 0.5:
            out.append(rng.choice(HAN))
        elif kind < 0.6:
            out.append(rng.choice(OTHER))
        elif kind < 0.75:
            out.append(rng.choice(WORDS))
        elif kind < 0.9:
            out.append(rng.choice(MARKS))
        elif kind < 0.98:
            out.append(rng.choice(SPACES))
        else:
            out.append(rng.choice(DROPPED))
    return ''.join(out).strip()


class Made(unittest.TestCase):
    def test_made_text(self):
        rng = random.Random(19781218)
        articles = [{'id': f'made/{i}', 'paragraphs': [t for t in (made_text(rng) for _ in range(rng.randint(1, 5))) if t] or ['空']}
                    for i in range(300)]
        report = oracle.run(articles, 250, 20210630)
        print(report)


class WholeRange(Case):
    def test_every_code_point_goes_through(self):
        everything = [chr(c) for c in range(1, 0x110000) if not 0xD800 <= c <= 0xDFFF]
        articles = [{'id': f'from/{i}', 'paragraphs': [''.join(everything[i:i + 2048])]} for i in range(0, len(everything), 2048)]
        self.import_articles(*articles)
        stored = self.export()
        self.assertEqual(len(stored), len(articles))
        for a in articles:
            self.assertEqual(stored[a['id']]['paragraphs'][0]['text'], a['paragraphs'][0])
        assigned = [a for a in articles if any(unicodedata.category(c) not in ('Cn', 'Co') for c in a['paragraphs'][0])]
        print(oracle.Oracle(assigned, random.Random(5)).run(self.index, 100))


if __name__ == '__main__':
    unittest.main()
