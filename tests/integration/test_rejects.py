#!/usr/bin/env python3
"""What jianwen-indexer does not take: named or counted, the rest is kept, nothing is left behind."""
import os
import re
import subprocess
import unittest

from harness import INDEXER, RAIN, RUN_S, SNOW, Case, account, article, clean_environment, run_indexer


class Rejects(Case):
    def test_files_of_other_kinds_are_passed_over_and_counted(self):
        for name in ('a.txt', 'b.HTM', '.hidden.md', '.git/notes.md'):
            self.write(f'archive/{name}', RAIN)
        self.write('archive/a.txt.json', '{"source": "测试晚报"}')
        self.write('single.md', SNOW)
        ran = self.indexer('build', self.path('archive'), self.path('single.md'))
        self.assertNotIn('passed over', ran.err)
        for name in ('notes.md', 'tables/1.csv', 'facts.json', 'README'):
            self.write(f'archive/{name}', RAIN)
        self.write('more/scan.tiff', b'II*')
        self.write('more/c.txt', SNOW)
        for verb in ('build', 'add'):
            ran = self.indexer(verb, self.path('archive'), self.path('more'))
            self.assertEqual(re.findall('.*passed over.*', ran.err),
                             ['jianwen-indexer: 5 files of other kinds than .txt, .html, .pdf, .jsonl were passed '
                              f'over, such as {self.path("archive", "README")}'])
            self.assertEqual(account(ran)['rejects'], 0)

    def test_rejects_are_named_and_the_rest_is_kept(self):
        bad = {
            'broken.txt': ('柳湾镇下了一场透雨' * 30).encode() + b'\xff\xfe\xc3' + '，麦苗绿了一层'.encode(),
            'empty.txt': b'',
            'blank.txt': ' \n\u3000\n\t\n'.encode(),
            'binary.txt': bytes(range(256)) * 40,
            'facts-only.txt': 'title: 没有正文\n---\n'.encode(),
            'date.txt': ('date: yesterday\n---\n' + RAIN).encode(),
        }
        for name, content in bad.items():
            self.write(f'in/{name}', content)
        self.write('in/good.txt', RAIN)
        self.write('in/good2.txt', 'id: good\n---\n' + SNOW)
        os.makedirs(self.path('nothing', 'here'))
        ran = self.indexer('build', self.path('in'), self.path('nothing'), self.path('missing.txt'), code=65)
        for name in list(bad) + ['good2.txt', 'nothing', 'missing.txt']:
            self.assertRegex(ran.err, rf'(?m)rejected \S*/{re.escape(name)}: .+')
        counts = account(ran)
        self.assertEqual((counts['articles'], counts['rejects']), (1, len(bad) + 3))
        self.assertEqual(self.export()['good']['paragraphs'], [{'text': RAIN.strip(), 'role': 'body'}])

    def test_an_id_given_twice_names_both_files(self):
        first, second = self.write('a/rain.txt', RAIN), self.write('b/rain.txt', SNOW)
        third = self.write('c/other.txt', 'id: rain\n---\n' + SNOW)
        for verb in ('build', 'add'):
            ran = self.indexer(verb, first, second, self.path('c'), code=65)
            for path in (second, third):
                self.assertIn(f'rejected {path}: id "rain" was given twice: {first} has it, too\n', ran.err)
            self.assertEqual(self.export()['rain']['paragraphs'][0]['text'], RAIN.strip())

    def test_a_file_name_that_is_not_utf8_is_a_reject(self):
        self.write('in/a.txt', RAIN)
        with open(os.fsencode(self.path('in')) + b'/\xff\xfe.txt', 'wb') as f:
            f.write(SNOW.encode())
        done = subprocess.run([INDEXER, '--index', self.index, 'build', self.path('in')], capture_output=True,
                              env=clean_environment(), timeout=RUN_S, check=False)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertEqual(set(self.export()), {'a'})

    def test_nothing_kept_leaves_the_old_index_untouched(self):
        self.import_articles(article('old', '旧的一段。'))
        before = self.indexer('export').out, self.indexer('stats').out
        self.write('in/empty.txt', b'')
        os.makedirs(self.path('nothing'))
        for verb, path in (('build', 'in'), ('build', 'nothing'), ('build', 'missing'), ('add', 'in'),
                           ('add', 'nothing')):
            with self.subTest(verb=verb, path=path):
                ran = self.indexer(verb, self.path(path), code=1)
                self.assertIn(self.path(path), ran.err)
                self.assertEqual((self.indexer('export').out, self.indexer('stats').out), before)
        self.indexer('import', '-', stdin=b'{}\nnonsense\n', code=1)
        self.indexer('import', '-', stdin=b'', code=1)
        self.indexer('import', self.path('missing'), code=1)
        self.assertEqual((self.indexer('export').out, self.indexer('stats').out), before)

    def test_a_first_run_that_keeps_nothing_leaves_no_folder(self):
        self.write('in/empty.txt', b'')
        self.write('beside/letter.txt', RAIN)
        os.makedirs(self.path('made'))
        before = sorted(os.walk(self.folder))
        for index in ('index', 'new/deep/index/', 'made/index', 'beside/index', 'in/empty.txt/index'):
            for args in (('build', self.path('in')), ('build', '--stock', self.path('in')),
                         ('add', self.path('missing')), ('import', '-')):
                with self.subTest(index=index, args=args):
                    run = run_indexer('--index', self.path(index), *args)
                    self.assertEqual(run.code, 1, str(run))
                    self.assertEqual(sorted(os.walk(self.folder)), before)
        # What was there before stays.
        self.index = self.path('made')
        self.indexer('build', self.path('in'), code=1)
        self.assertTrue(os.path.isdir(self.index))
        self.index = self.path('new/index')
        self.indexer('build', self.path('beside'))
        self.assertEqual(set(self.export()), {'letter'})


if __name__ == '__main__':
    unittest.main(verbosity=2)
