#!/usr/bin/env python3
"""AND, OR, NOT, phrases, fields and filters, nested: the server's hits are those of the boolean oracle."""
import random
import unittest

import boolean_oracle

WORDS = ('齿轮', '变速器', '轴承', '产业', '产业园', '园区', '企业', '创新', '科技', '技术', '發展', '发展', '综合', '合作', '作业', '5G', 'S项目',
         '30%', '电动车', '车间', '间隙', '隙缝', '的', '了', '和')
MARKS = ('，', '。', '', '', '', '、', ' ')


def made(rng, i):
    """Few words, so that every pair of them meets; overlapping ones, so that pairs stand apart and together."""
    def text(n):
        return ''.join(rng.choice(WORDS) + rng.choice(MARKS) for _ in range(n)).strip() + '齿轮'[rng.randrange(2):]

    facts = {'title': text(3) if rng.random() < 0.7 else '', 'source': rng.choice(('澜安日报', '澜安晚报', '瀾安時報', '')),
             'section': rng.choice(('要闻', '体育', '')), 'page': rng.choice(('A01', 'A02', '')),
             'author': rng.choice(('王小明', '李华', '王小明、李华', '')),
             'date': rng.choice(('', '2020', '2021-06', '2021-06-30', '2021-07-01', '2022-02-28', '2019-12-31'))}
    article = {'id': f'made/{i}', 'paragraphs': [text(rng.randint(1, 9)) for _ in range(rng.randint(1, 4))]}
    article.update({k: v for k, v in facts.items() if v})
    return article


class Made(unittest.TestCase):
    def test_made_articles(self):
        rng = random.Random(19490101)
        print(boolean_oracle.run([made(rng, i) for i in range(300)], 400, 20210630))


if __name__ == '__main__':
    unittest.main()
