#!/usr/bin/env python3
"""jianwen-indexer as its users run it: verbs, outputs, exit codes, what it keeps."""
import itertools
import os
import pty
import re
import select
import subprocess
import unittest

from harness import (ARTICLES, INDEXER, RAIN, RUN_S, SAMPLES, SNOW, Case, account, article, body_texts,
                     clean_environment, ndjson, run_indexer, wait_until)

VERBS = ('build', 'add', 'import', 'delete', 'paragraphs', 'analyze', 'check', 'stats', 'export')


def rain_on_line(n):
    """How the export says that RAIN was printed on line n, indented."""
    text = RAIN.strip()
    indent = RAIN[:RAIN.index(text)]
    return {'line_start': n, 'line_end': n, 'lines': [[n, 0, len(text.encode()), indent, '', 100]]}


class CommandLine(Case):
    def test_help_lists_every_verb(self):
        ran = self.indexer('--help')
        for verb in VERBS:
            self.assertRegex(ran.out, rf'(?m)^\s+{verb}\s')

    def test_help_of_each_verb(self):
        for verb in VERBS:
            with self.subTest(verb):
                ran = self.indexer(verb, '--help')
                self.assertRegex(ran.out, rf'^usage: jianwen-indexer .*\b{verb}\b')
                self.assertEqual(ran.err, '')

    def test_wrong_usage_is_exit_2(self):
        for args in ([], ['explode'], ['build'], ['add'], ['import'], ['delete'], ['paragraphs'], ['analyze'],
                     ['check', 'more'], ['stats', 'more'], ['export', 'more'], ['import', 'a', 'b'],
                     ['build', '--colour', 'x'], ['paragraphs', '--query', 'x'], ['stats', '--index'],
                     ['stats', '--encoding', 'klingon'], ['--config', self.path('missing.conf'), 'stats']):
            with self.subTest(args):
                ran = run_indexer(*args)
                self.assertEqual(ran.code, 2, str(ran))
                self.assertEqual(ran.out, '')
                self.assertNotEqual(ran.err, '')

    def test_the_index_comes_from_the_environment_and_the_settings_file(self):
        self.import_articles(article('a', '一段文字。'))
        env = clean_environment(JIANWEN_INDEX=self.index)
        done = subprocess.run([INDEXER, 'stats'], capture_output=True, env=env, timeout=RUN_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        conf = self.write('jianwen.conf', f'index = {self.index}\n')
        ran = run_indexer('--config', conf, 'stats')
        self.assertEqual(ran.code, 0, str(ran))

    def test_an_output_that_cannot_be_written_is_a_failure(self):
        self.import_articles(article('a', '一段文字。'))
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([INDEXER, '--index', self.index, 'export'], stdout=full, stderr=subprocess.PIPE,
                                  env=clean_environment(), timeout=RUN_S, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertNotEqual(done.stderr, b'')


class Building(Case):
    def test_the_samples_make_an_index(self):
        names = [n for n in os.listdir(SAMPLES) if n.endswith('.txt')]
        ran = self.indexer('build', SAMPLES)
        counts = account(ran)
        self.assertEqual(counts['articles'], len(names))
        self.assertEqual(counts['rejects'], 0)
        exported = self.export()
        self.assertEqual(counts['paragraphs'], sum(len(a['paragraphs']) for a in exported.values()))
        size = sum(len(a.get('title', '').encode()) + sum(len(p['text'].encode()) for p in a['paragraphs'])
                   for a in exported.values())
        self.assertEqual(counts['bytes'], size)
        self.assertEqual(self.indexer('check').out,
                         f'the index is sound: {counts["articles"]} articles, {counts["paragraphs"]} paragraphs\n')

    def test_ids_are_paths_below_the_path_given(self):
        for name in ('2021/06/30.txt', '2021/07/01.TXT', 'top.txt', '副刊/春 天.txt', 'v1.2.txt'):
            self.write(f'archive/{name}', RAIN)
        self.write('archive/notes.md', 'not an article')
        self.write('archive/.hidden.txt', RAIN)
        self.write('single.txt', SNOW)
        for slash in ('', '/'):
            self.indexer('build', self.path('archive') + slash, self.path('single.txt'))
            self.assertEqual(set(self.export()),
                             {'2021/06/30', '2021/07/01', 'top', '副刊/春 天', 'v1.2', 'single'})

    def test_a_folder_that_links_to_itself_is_walked_once(self):
        self.write('archive/a.txt', RAIN)
        os.symlink(self.path('archive'), self.path('archive', 'loop'))
        os.symlink(self.path('archive', 'a.txt'), self.path('archive', 'b.txt'))
        self.indexer('build', self.path('archive'))
        self.assertEqual(set(self.export()), {'a', 'b'})

    def test_front_matter(self):
        path = self.write('file.txt', 'id: 2021-06-30/3\ntitle: 头版：今日有雨\ndate: 2021-06-30\nsource: 柳湾报\n'
                          'section: 要闻\npage: 1\nauthor: 谭山\nurl: https://example.com/a?b=1:2\n---\n' + RAIN)
        self.indexer('build', path)
        self.assertEqual(self.export(), {'2021-06-30/3': {
            'id': '2021-06-30/3', 'title': '头版：今日有雨', 'date': '2021-06-30', 'source': '柳湾报', 'section': '要闻',
            'page': '1', 'author': '谭山', 'url': 'https://example.com/a?b=1:2',
            'paragraphs': [{'text': RAIN.strip(), 'role': 'body'}], 'printed': [None, rain_on_line(10)]}})
        paragraphs = self.indexer('paragraphs', path).objects()
        self.assertEqual([(p['line_start'], p['line_end']) for p in paragraphs], [(10, 10)])

    def test_front_matter_of_others(self):
        """Keys that are no facts are passed over; cases and the colon's width do not matter."""
        path = self.write('桥.txt', 'Title: 甲乙\nkeywords: 桥, 河\nDATE：2021-06-30\n---\n正文一二三。\n')
        self.indexer('build', path)
        taken = self.export()['桥']
        self.assertEqual((taken['title'], taken['date']), ('甲乙', '2021-06-30'))
        self.assertEqual([p['text'] for p in taken['paragraphs']], ['正文一二三。'])

    def test_text_with_colons_is_no_front_matter(self):
        self.write('file.txt', '记者: 谭山\n' + RAIN)
        self.indexer('build', self.path('file.txt'))
        exported = self.export()['file']
        self.assertIn('记者: 谭山', [exported.get('title')] + [p['text'] for p in exported['paragraphs']])

    def test_facts_beside_the_file(self):
        path = self.write('a.txt', RAIN)
        self.write('a.txt.json', '{"id": "rain", "title": "透雨", "date": "2021-03", "page": 4, "author": null, '
                   '"unknown": [1]}')
        self.indexer('build', path)
        self.assertEqual(self.export(), {'rain': {
            'id': 'rain', 'title': '透雨', 'date': '2021-03', 'page': '4',
            'paragraphs': [{'text': RAIN.strip(), 'role': 'body'}], 'printed': [None, rain_on_line(1)]}})

    def test_facts_that_are_not_json_reject_the_file(self):
        self.write('in/a.txt', RAIN)
        self.write('in/a.txt.json', '{"title": ')
        self.write('in/b.txt', SNOW)
        ran = self.indexer('build', self.path('in'), code=65)
        self.assertIn('a.txt.json', ran.err)
        self.assertEqual(set(self.export()), {'b'})

    def test_jsonl_files_are_articles_too(self):
        self.write('in/more.jsonl', '{"id":"x","paragraphs":["一段。"]}\n{"id":"y","text":"另一段。"}\n')
        self.write('in/a.txt', RAIN)
        self.indexer('build', self.path('in'))
        self.assertEqual(set(self.export()), {'x', 'y', 'a'})

    def test_build_makes_a_new_index_add_keeps_the_rest(self):
        rain, snow = self.write('rain.txt', RAIN), self.write('snow.txt', SNOW)
        self.indexer('build', rain)
        self.indexer('add', snow)
        self.assertEqual(set(self.export()), {'rain', 'snow'})
        self.indexer('build', snow)
        self.assertEqual(set(self.export()), {'snow'})
        self.indexer('check')

    def test_add_makes_an_index_when_there_is_none(self):
        self.indexer('add', self.write('rain.txt', RAIN))
        self.assertEqual(set(self.export()), {'rain'})

    def test_reading_an_index_that_is_not_there(self):
        for verb in ('check', 'stats', 'export'):
            ran = self.indexer(verb, code=1)
            self.assertIn(self.index, ran.err)
        self.indexer('delete', 'a', code=1)


class Changing(Case):
    def test_add_and_import_replace_articles_with_the_same_id(self):
        path = self.write('a.txt', 'title: 第一版\n---\n' + RAIN)
        self.indexer('build', path, self.write('b.txt', SNOW))
        self.write('a.txt', 'title: 第二版\n---\n' + SNOW + RAIN)
        self.indexer('add', path)
        self.assertEqual(self.export()['a']['title'], '第二版')
        self.assertEqual(body_texts(self.export()['a']['paragraphs']), [SNOW.strip(), RAIN.strip()])
        self.import_articles(article('a', '第三版。'))
        exported = self.export()
        self.assertEqual(set(exported), {'a', 'b'})
        self.assertEqual(body_texts(exported['a']['paragraphs']), ['第三版。'])
        self.assertRegex(self.indexer('stats').out, r'(?m)^articles +2$')
        self.indexer('check')

    def test_delete(self):
        self.import_articles(*(article(i, f'第{i}段。') for i in 'abcd'))
        self.assertEqual(self.indexer('delete', 'a').lines()[-1], '1 articles deleted, 0 rejects')
        ran = self.indexer('delete', 'b', 'nobody', 'c', code=65)
        self.assertEqual(ran.lines()[-1], '2 articles deleted, 1 rejects')
        self.assertIn('nobody', ran.err)
        ran = self.indexer('delete', 'b', code=1)
        self.assertIn('b', ran.err)
        self.assertEqual(set(self.export()), {'d'})
        self.import_articles(article('a', '又来了。'))
        self.assertEqual(set(self.export()), {'a', 'd'})
        self.indexer('check')

    def test_the_last_article_can_be_deleted(self):
        self.import_articles(article('a', '一段。'))
        self.indexer('delete', 'a')
        self.assertEqual(self.indexer('export').out, '')
        self.indexer('check')
        self.assertRegex(self.indexer('stats').out, r'(?m)^articles +0$')

    def hold_lock(self):
        """@return an indexer that waits for its input and so keeps the index locked."""
        def start():
            return subprocess.Popen([INDEXER, '--index', self.index, 'import', '-'], stdin=subprocess.PIPE,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment())

        holder = start()

        def locked():
            nonlocal holder
            if run_indexer('--index', self.index, 'delete', 'nobody').code == 75:
                return True
            if holder.poll() is not None:  # the delete above came first and locked it out
                holder.stdin.close()
                holder = start()
            return False

        wait_until(locked, 'the lock')
        return holder

    def test_a_second_writer_is_told_to_try_again(self):
        self.import_articles(article('a', '一段。'))
        holder = self.hold_lock()
        try:
            for args in (['build', SAMPLES], ['add', SAMPLES], ['delete', 'a'], ['import', '-']):
                with self.subTest(args):
                    ran = self.indexer(*args, code=75)
                    self.assertNotEqual(ran.err, '')
            self.assertEqual(set(self.export()), {'a'})
            self.indexer('check')
            holder.stdin.write('{"id":"b","paragraphs":["另一段。"]}\n'.encode())
            holder.stdin.close()
            self.assertEqual(holder.wait(RUN_S), 0)
        finally:
            holder.kill()
            holder.wait()
        self.assertEqual(set(self.export()), {'a', 'b'})

    def test_a_writer_that_is_killed_leaves_the_index_as_it_was(self):
        self.import_articles(article('a', '一段。'))
        before = self.indexer('export').out
        holder = self.hold_lock()
        holder.stdin.write('{"id":"b","paragraphs":["另一段。"]}\n'.encode() * 2000)
        holder.stdin.flush()
        holder.kill()
        holder.wait()
        holder.stdin.close()
        self.assertEqual(self.indexer('export').out, before)
        self.import_articles(article('c', '后来的一段。'))
        self.assertEqual(set(self.export()), {'a', 'c'})
        self.indexer('check')


class Importing(Case):
    def test_text_is_recovered_and_paragraphs_are_taken_as_they_are(self):
        column = '一行柳湾镇的新闻被\n排成窄栏，又被断成\n几行。\n\n第二段接着说雨停了\n，路也干了。\n'
        lines = ['第一行\n第二行，不合并。', '', '最后一段。']
        self.import_articles({'id': 'text', 'title': '', 'text': RAIN + SNOW},
                             {'id': 'column', 'title': '窄栏', 'text': column},
                             {'id': 'list', 'title': '原样', 'paragraphs': lines},
                             {'id': 'roles', 'paragraphs': [{'text': '小标题', 'role': 'heading'},
                                                            {'text': '正文。', 'role': 'body'},
                                                            {'text': '图说', 'role': 'caption'}, '没有角色。']})
        exported = self.export()
        self.assertEqual(body_texts(exported['text']['paragraphs']), [RAIN.strip(), SNOW.strip()])
        self.assertEqual(body_texts(exported['column']['paragraphs']),
                         ['一行柳湾镇的新闻被排成窄栏，又被断成几行。', '第二段接着说雨停了，路也干了。'])
        self.assertEqual(body_texts(exported['list']['paragraphs']), [lines[0], lines[2]])
        self.assertEqual([p['role'] for p in exported['roles']['paragraphs']], ['heading', 'body', 'caption', 'body'])
        self.assertNotIn('title', exported['roles'])

    def test_bad_lines_are_named_by_number(self):
        bad = {2: b'not json', 3: b'{"id":"a","paragraphs":["again"]}', 5: '{"title":"没有编号","text":"文字。"}'.encode(),
               6: b'{"id":"n","paragraphs":[]}', 7: b'{"id":"n","paragraphs":["", "  "]}', 8: b'{"id":"n"}',
               9: b'{"id":"n","text":" \\n "}', 10: b'{"id":"n","paragraphs":"text"}', 11: b'{"id":"n","paragraphs":[7]}',
               12: b'["id","n"]', 13: b'{"id":"n","text":"\xff"}', 14: b'{"id":["n"],"text":"x"}',
               15: '{"id":"n","date":"2021-02-30","text":"文字。"}'.encode(), 16: b'{"id":"n","text":"cut',
               17: b'{"id":"' + b'n' * 5000 + b'","text":"x"}', 18: b'{"id":"n\\u0000m","text":"x"}',
               19: b'{"id":"n","text":"x\0y"}', 20: b'{"id":"n","text":"x"}{"id":"m","text":"y"}',
               21: b'{"id":20210630000123456,"text":"x"}', 22: b'{"id":true,"text":"x"}', 23: b'[' * 100000}
        good = {1: '{"id":"a","paragraphs":["第一段。"]}', 4: '', 24: '{"id":20210630001,"text":"编号\\\\u0000是数字。"}'}
        lines = [bad[n] if n in bad else good[n].encode() for n in range(1, 25)]
        path = self.write('in.jsonl', b'\n'.join(lines))
        ran = self.indexer('import', path, code=65)
        named = re.findall(r'rejected ' + re.escape(path) + r':(\d+): .', ran.err)
        self.assertEqual(sorted(map(int, named)), sorted(bad), ran.err)
        self.assertEqual(account(ran)['rejects'], len(bad))
        self.assertEqual(set(self.export()), {'a', '20210630001'})
        self.assertEqual(self.export()['20210630001']['paragraphs'][0]['text'], '编号\\u0000是数字。')
        self.assertEqual(self.export()['a']['paragraphs'][0]['text'], '第一段。')

    def test_a_folder_is_no_ndjson(self):
        ran = self.indexer('import', self.folder, code=1)
        self.assertIn(f'rejected {self.folder}: this is a folder', ran.err)

    def test_export_and_import_round_trip(self):
        self.indexer('build', SAMPLES, ARTICLES)
        self.import_articles(article('odd', '引号"反斜杠\\换行\n制表\t零宽\u200b𠮷💡', title='A & B', url='http://x/?a=1&b=2'))
        self.indexer('delete', 'odd', '2024-03-20/letter')
        self.import_articles(article('odd', '引号"反斜杠\\换行\n制表\t零宽\u200b𠮷💡', title='A & B', url='http://x/?a=1&b=2'))
        first = self.indexer('export').out
        copy = self.path('copy')
        done = run_indexer('--index', copy, 'import', '-', stdin=first.encode())
        self.assertEqual(done.code, 0, str(done))
        again = run_indexer('--index', copy, 'export')
        self.assertEqual(again.out, first)

    def test_thousands_of_articles(self):
        articles = [article(f'n{i:05}', f'第{i}号消息，代码X{i}。', date=f'20{i % 20 + 1:02}') for i in range(3000)]
        self.import_articles(*articles)
        exported = self.export()
        self.assertEqual(len(exported), 3000)
        self.assertEqual(exported['n01234']['paragraphs'][0]['text'], '第1234号消息，代码X1234。')
        self.indexer('check')


class Progress(Case):
    """What takes more than a second tells a terminal how far it is."""

    def start(self, *args, **streams):
        """An indexer whose standard error is a terminal: it, and what the terminal shows."""
        try:
            here, there = pty.openpty()
        except OSError as e:
            self.skipTest(f'no terminals here: {e}')
        process = subprocess.Popen([INDEXER, '--index', self.index, *args], stderr=there, **streams)
        os.close(there)
        return process, here

    @staticmethod
    def rest(here):
        text = b''
        try:
            while piece := os.read(here, 4096):
                text += piece
        except OSError:  # EIO: the other end is closed
            pass
        os.close(here)
        return text.decode()

    def test_while_articles_come(self):
        process, here = self.start('import', '-', stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        shown = b''
        for n in itertools.count():
            process.stdin.write(ndjson([article(f'a{n}', f'第{n}次列车已经开出。' * 1000)]) + b'\n')
            process.stdin.flush()
            if select.select([here], [], [], 0.02)[0]:
                shown += os.read(here, 4096)
            if b'0 rejected' in shown:
                break
        process.stdin.close()
        self.assertIn('writing the index', self.rest(here))
        self.assertRegex(shown.decode(), r'^\r\d+ articles, [\d.]+ MB, [\d.]+ MB/s, 0 rejected')
        self.assertRegex(process.stdout.read().decode(), r'^\d+ articles, .* seconds\n$')
        process.stdout.close()
        self.assertEqual(process.wait(), 0)

    def test_the_line_goes_and_a_file_gets_none(self):
        self.import_articles(article('a', '第一次列车已经开出。'))
        process, here = self.start('check', stdout=subprocess.PIPE)
        text = self.rest(here)
        self.assertIn('checking the files of the index', text)
        self.assertTrue(text.endswith('\r\x1b[K'), repr(text))
        process.stdout.close()
        self.assertEqual(process.wait(), 0)
        self.assertEqual(self.indexer('check').err, '')


class Encodings(Case):
    SIMPLIFIED = ('　　澜安市图书馆今天起延长开放时间，晚上九点才闭馆。馆长说，夜里来看书的多半是下班的年轻人和备考的学生，'
                  '他们常常在门口等到最后一刻才肯离开。\n　　图书馆还添置了台灯、热水和雨伞，借书的人也可以借伞。\n')
    TRADITIONAL = ('　　雲坪圖書館今天起延長開放時間，晚上九點才閉館。館長說，夜裡來看書的多半是下班的年輕人與備考的學生，'
                   '他們常常在門口等到最後一刻才肯離開。\n　　圖書館還添置了檯燈、熱水與雨傘，借書的人也可以借傘。\n')

    def texts_of(self, content, *options):
        self.indexer('build', *options, self.write('a.txt', content))
        return [p['text'] for p in self.export()['a']['paragraphs']]

    def test_encodings_are_found(self):
        for name, text in (('utf-8', self.SIMPLIFIED), ('utf-8-sig', self.SIMPLIFIED), ('gb18030', self.SIMPLIFIED),
                           ('gbk', self.SIMPLIFIED), ('cp950', self.TRADITIONAL), ('utf-16', self.SIMPLIFIED),
                           ('utf-16-le', self.SIMPLIFIED), ('utf-16-be', self.TRADITIONAL),
                           ('gb18030', self.SIMPLIFIED.replace('馆长', '馆长刘䶮、王𠮷')), ('utf-8', self.TRADITIONAL)):
            with self.subTest(name):
                mark = '\ufeff' if name in ('utf-16-le', 'utf-16-be') else ''
                self.assertEqual(self.texts_of((mark + text).encode(name)), [t.strip() for t in text.split('\n')[:-1]])

    def test_line_ends_of_every_kind(self):
        for end in ('\n', '\r\n', '\r'):
            with self.subTest(repr(end)):
                text = self.SIMPLIFIED.replace('\n', end).encode('gb18030')
                self.assertEqual(self.texts_of(text), [t.strip() for t in self.SIMPLIFIED.split('\n')[:-1]])

    def test_an_encoding_can_be_given(self):
        text = '　　短。\n'
        self.assertEqual(self.texts_of(text.encode('cp950'), '--encoding', 'big5'), ['短。'])

    def test_repair_keeps_a_damaged_file(self):
        content = self.SIMPLIFIED.encode() + '　　损坏的'.encode() + b'\xe5\xff' + '地方。\n'.encode()
        path = self.write('a.txt', content)
        ran = self.indexer('build', path, code=1)
        self.assertIn(f'byte E5 at offset {content.index(bytes([0xe5, 0xff]))} is not UTF-8', ran.err)
        self.assertFalse(os.path.exists(os.path.join(self.index, 'CURRENT')))
        other = self.write('b.txt', self.SIMPLIFIED.encode('gb18030')[:-4] + b'\xff\n')
        ran = self.indexer('build', '--repair', path, other, self.write('whole.txt', self.SIMPLIFIED))
        self.assertEqual([line for line in ran.err.split('\n') if 'U+FFFD' in line],
                         [f'jianwen-indexer: {path}: 2 undecodable places kept as U+FFFD',
                          f'jianwen-indexer: {other}: 1 undecodable places kept as U+FFFD',
                          'jianwen-indexer: 3 undecodable places kept as U+FFFD, of all inputs'])
        self.assertEqual(account(ran)['articles'], 3)
        self.assertIn('U+FFFD', self.indexer('paragraphs', '--repair', path).err)
        terms = self.indexer('analyze', content.decode('utf-8', 'replace')).objects()
        self.assertFalse([t for t in terms if '\ufffd' in t['term']])
        texts = [p['text'] for p in self.export()['a']['paragraphs']]
        self.assertEqual(texts[:2], [t.strip() for t in self.SIMPLIFIED.split('\n')[:-1]])
        self.assertRegex(texts[2], '^损坏的\ufffd+地方。$')


class Showing(Case):
    def test_paragraphs_prints_what_is_stored(self):
        path = os.path.join(ARTICLES, 'yunchuan.txt')
        paragraphs = self.indexer('paragraphs', path).objects()
        self.indexer('build', path)
        stored = self.export()['yunchuan']
        self.assertEqual(stored['title'], next(p['text'] for p in paragraphs if p['role'] == 'title'))
        self.assertEqual(stored['paragraphs'],
                         [{'text': p['text'], 'role': p['role']} for p in paragraphs if p['role'] != 'title'])
        with open(path, encoding='utf-8') as f:
            n_lines = len(f.read().split('\n'))
        last = 0
        for p in paragraphs:
            self.assertLessEqual({'n', 'role', 'text', 'line_start', 'line_end'}, set(p))
            self.assertIn(p['role'], ('body', 'title', 'heading', 'caption', 'byline'))
            self.assertTrue(1 <= p['line_start'] <= p['line_end'] <= n_lines)
            self.assertGreater(p['line_start'], last)
            last = p['line_start']
        self.assertEqual([p['n'] for p in paragraphs if p['role'] != 'title'], list(range(1, len(paragraphs))))

    def test_paragraphs_of_a_file_that_cannot_be_read(self):
        for path in (self.path('missing.txt'), self.write('binary.txt', bytes(range(256)) * 9)):
            ran = self.indexer('paragraphs', path, code=1)
            self.assertIn(path, ran.err)
            self.assertEqual(ran.out, '')

    def terms(self, text, *options):
        """(term, the text it came from) in the order printed."""
        rows = self.indexer('analyze', *options, '--', text).objects()
        data = text.encode()
        self.assertEqual([r['start'] for r in rows], sorted(r['start'] for r in rows))
        for r in rows:
            self.assertTrue(0 <= r['start'] < r['end'] <= len(data), r)
        return [(r['term'], data[r['start']:r['end']].decode()) for r in rows]

    def test_analyze(self):
        self.assertEqual(self.terms('科技创新'), [('科技', '科技'), ('技创', '技创'), ('创新', '创新'), ('新', '新')])
        self.assertEqual(self.terms('科技创新', '--query'), [('科技', '科技'), ('技创', '技创'), ('创新', '创新')])
        self.assertEqual(self.terms('綦'), [('綦', '綦')])
        self.assertEqual(self.terms('綦', '--query'), [('綦', '綦')])
        self.assertEqual(self.terms('創　新'), [('创新', '創　新'), ('新', '新')])
        self.assertEqual(self.terms('Ｓ项目'), [('s', 'Ｓ'), ('项目', '项目'), ('目', '目')])
        self.assertEqual(self.terms('２０２０年', '--query'), [('2020', '２０２０'), ('年', '年')])
        self.assertEqual(self.terms('上，下'), [('上', '上'), ('下', '下')])
        self.assertEqual(self.terms('，。！'), [])
        self.assertEqual(self.terms(''), [])
        self.assertEqual(self.terms('𠮷野'), [('𠮷野', '𠮷野'), ('野', '野')])

    def test_stats(self):
        self.indexer('build', ARTICLES)
        rows = dict(re.fullmatch(r'(\w+) +(\S.*)', line).groups() for line in self.indexer('stats').lines())
        exported = self.export()
        self.assertEqual(int(rows['articles']), len(exported))
        self.assertEqual(int(rows['paragraphs']), sum(len(a['paragraphs']) for a in exported.values()))
        self.assertEqual(int(rows['revision']), 1)
        size = sum(os.path.getsize(os.path.join(d, n)) for d, _, names in os.walk(self.index) for n in names)
        self.assertEqual(int(rows['disk_bytes']), size)
        self.assertAlmostEqual(float(rows['bytes_per_text_byte']), size / int(rows['text_bytes']), places=2)
        self.assertTrue(rows['analysis'])


class Damage(Case):
    def damage(self, how):
        """Build anew, damage one table with how(bytes), and check."""
        for name in ('postlist.glass', 'docdata.glass'):
            with self.subTest(name):
                self.indexer('build', SAMPLES)
                found = [os.path.join(d, name) for d, _, names in os.walk(self.index) if name in names]
                self.assertEqual(len(found), 1)
                with open(found[0], 'rb') as f:
                    content = f.read()
                with open(found[0], 'wb') as f:
                    f.write(how(content))
                ran = self.indexer('check', code=1)
                self.assertNotIn('the index is sound', ran.out)
                self.assertRegex(ran.err, r'jianwen-indexer: .+')
                self.indexer('build', SAMPLES)
                self.indexer('check')

    def test_a_table_cut_short(self):
        self.damage(lambda content: content[:len(content) // 2])

    def test_an_empty_table(self):
        self.damage(lambda content: b'')

    def test_bytes_turned_over(self):
        self.damage(lambda content: bytes(b ^ 0x55 for b in content))

    def test_a_missing_table(self):
        self.indexer('build', SAMPLES)
        for folder, _, names in os.walk(self.index):
            if 'postlist.glass' in names:
                os.unlink(os.path.join(folder, 'postlist.glass'))
        ran = self.indexer('check', code=1)
        self.assertRegex(ran.err, r'jianwen-indexer: .+')

    def test_a_pointer_file_that_says_nonsense(self):
        for content in (b'', b'nonsense\n', b'\xff' * 4096):
            self.indexer('build', SAMPLES)
            with open(os.path.join(self.index, 'CURRENT'), 'wb') as f:
                f.write(content)
            for verb in ('check', 'stats', 'export'):
                self.assertRegex(self.indexer(verb, code=1).err, r'jianwen-indexer: .+')
            self.indexer('add', SAMPLES, code=1)


if __name__ == '__main__':
    unittest.main(verbosity=2)
