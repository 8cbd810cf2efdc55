#!/usr/bin/env python3
"""The time budget of a search: what was found by then is the answer, and says so."""
import json
import random
import unittest

from harness import Case, Server, article, run_indexer

CHARACTERS = [chr(c) for c in range(0x4E00, 0x4E00 + 300)]
# Each reaches another stage: characters that are expanded, texts that are read, paragraphs that NOT excludes.
SLOW = (' OR '.join(CHARACTERS[:200]),
        ' OR '.join(f'"{a}{b}{c}"' for a, b, c in zip(CHARACTERS, CHARACTERS[1:], CHARACTERS[2:200])),
        CHARACTERS[0] + CHARACTERS[1] + ' ' + ' '.join('-' + c for c in CHARACTERS[2:150]),
        ' '.join(CHARACTERS[:150]))


class Budget(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Case()
        cls.place.setUp()
        rng = random.Random(5)
        cls.articles = [article(f'made/{i}', *[''.join(rng.choices(CHARACTERS, k=200)) for _ in range(3)])
                        for i in range(1500)]
        lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in cls.articles)
        ran = run_indexer('--index', cls.place.index, 'import', '-', stdin=lines.encode())
        assert ran.code == 0, str(ran)

    @classmethod
    def tearDownClass(cls):
        cls.place.doCleanups()

    def test_partial_answers_say_so(self):
        with Server(self.place.index, environment={'JIANWEN_QUERY_TIME_MS': '1', 'JIANWEN_CACHE': '0', 'JIANWEN_QUERY_CHARS': '3000'}) as server:
            for q in SLOW:
                for unit in ('article', 'paragraph'):
                    with self.subTest(q=q[:20], unit=unit):
                        answer = server.search(q, unit=unit)
                        self.assertIs(answer['partial'], True)
                        self.assertEqual(answer['total']['relation'], 'gte')
                        self.assertEqual(answer['tiers']['exact']['relation'], 'gte')

    def test_what_is_excluded_is_in_no_partial_answer(self):
        excluded = CHARACTERS[2:150]
        with Server(self.place.index, environment={'JIANWEN_QUERY_TIME_MS': '1', 'JIANWEN_CACHE': '0', 'JIANWEN_QUERY_CHARS': '3000'}) as server:
            answer = server.search(CHARACTERS[0] + ' ' + ' '.join('-' + c for c in excluded), limit=1000, unit='paragraph')
        for hit in answer['hits']:
            self.assertFalse(set(hit['paragraphs'][0]['text']) & set(excluded))

    def test_enough_time_gives_the_whole_answer(self):
        with Server(self.place.index, environment={'JIANWEN_QUERY_TIME_MS': '0', 'JIANWEN_CACHE': '0', 'JIANWEN_QUERY_CHARS': '3000'}) as server:
            for q in SLOW[:2]:
                answer = server.search(q, unit='paragraph')
                self.assertIs(answer['partial'], False)
                self.assertEqual(answer['tiers']['exact']['relation'], 'eq')


if __name__ == '__main__':
    unittest.main()
