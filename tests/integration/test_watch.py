#!/usr/bin/env python3
"""`jianwen-indexer watch DIR`: files are taken as they come, once, when they have stopped growing."""
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from harness import Case, INDEXER, PATIENCE, WAIT_S, article, clean_environment, wait_until

# The watcher looks once a second; a file that is as it was at the last look is taken.
LOOK_S = 1


class Watch(Case):
    def setUp(self):
        super().setUp()
        self.drop = self.path('drop')
        os.mkdir(self.drop)
        self.process = None
        self.addCleanup(self.kill)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self):
        self.out = open(self.path('out'), 'ab')
        self.process = subprocess.Popen([INDEXER, '--index', self.index, 'watch', self.drop],
                                        stdout=self.out, stderr=self.out, env=clean_environment())

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.assertEqual(self.process.wait(WAIT_S * PATIENCE), 0, self.said())
        self.out.close()
        self.assertNotIn('Sanitizer', self.said())

    def said(self):
        with open(self.path('out'), 'rb') as f:
            return f.read().decode('utf-8', 'replace')

    def drop_file(self, name, text):
        return self.write(os.path.join('drop', name), text)

    def taken(self):
        """@return the index' articles, also while the watcher writes."""
        if not os.path.exists(os.path.join(self.index, 'CURRENT')):
            return {}
        return self.export()

    def wait_for_article(self, article_id, text):
        wait_until(lambda: text in json.dumps(self.taken().get(article_id, ''), ensure_ascii=False),
                   f'{article_id} with {text}\n{self.said()}')

    def rounds(self):
        """Let two looks pass."""
        time.sleep(2.5)

    def test_files_as_they_come(self):
        self.drop_file('早.txt', 'title: 先来的\n---\n在开始之前就在文件夹里的一篇。\n')
        self.start()
        self.wait_for_article('早', '在开始之前')
        self.assertEqual(self.said().splitlines()[0],
                         f'jianwen-indexer: watching {os.path.realpath(self.drop)} for the index in {self.index}')
        self.drop_file('2021/晚.txt', 'title: 后来的\n---\n后来放进子文件夹的一篇。\n')
        self.wait_for_article('2021/晚', '子文件夹')
        self.drop_file('readme.md', '不是文章。')
        wait_until(lambda: 'passed over' in self.said(), self.said())
        # Changed: taken again.  Its facts beside it count as a change, too.
        self.drop_file('早.txt', 'title: 先来的\n---\n改过以后的一篇，长短不同。\n')
        self.wait_for_article('早', '改过以后')
        self.drop_file('早.txt.json', '{"source": "测试晚报"}')
        self.wait_for_article('早', '测试晚报')
        lines = '\n'.join(json.dumps(article(f'x/{i}', f'第{i}行。'), ensure_ascii=False) for i in range(3))
        self.drop_file('many.jsonl', lines)
        self.wait_for_article('x/2', '第2行')
        # A file that goes leaves its article.
        os.unlink(os.path.join(self.drop, '早.txt'))
        self.rounds()
        self.stop()
        self.assertEqual(sorted(self.taken()), ['2021/晚', 'x/0', 'x/1', 'x/2', '早'])
        self.assertEqual(self.said().count('readme.md'), 1, self.said())
        self.indexer('check')

    def grow(self, path):
        """Write on for longer than two looks.  @return the longest time between two writes."""
        pause = 0
        last = begun = time.monotonic()
        while last - begun < 3 * LOOK_S:
            time.sleep(0.1)
            with open(path, 'a') as f:
                f.write('一句还在写。')
            now = time.monotonic()
            pause, last = max(pause, now - last), now
        with open(path, 'a') as f:
            f.write('写完了。\n')
        return max(pause, time.monotonic() - last)

    def test_growing_file_is_left_alone(self):
        for i in range(10):
            self.start()
            pause = self.grow(self.drop_file(f'长{i}.txt', 'title: 长\n---\n'))
            self.wait_for_article(f'长{i}', '写完了')
            self.stop(signal.SIGINT)
            # Once, and whole.
            if self.said().count('1 articles') == 1:
                break
            # More often is right when the machine left this program no time to write on.
            self.assertGreater(pause, 0.9 * LOOK_S, 'taken while it grew')
            os.unlink(self.path('out'))
        else:
            self.fail('taken while it grew')

    def test_taken_once_over_restarts(self):
        self.drop_file('一.txt', 'title: 一\n---\n只取一次的一篇。\n')
        self.drop_file('坏.txt', b'')
        self.start()
        self.wait_for_article('一', '只取一次')
        self.rounds()
        self.stop()
        self.start()
        self.rounds()
        self.drop_file('二.txt', 'title: 二\n---\n重新开始以后的一篇。\n')
        self.wait_for_article('二', '重新开始')
        self.stop()
        self.assertEqual(self.said().count('rejected'), 1, self.said())
        self.assertEqual(self.said().count('1 articles'), 2, self.said())

    def take_two(self):
        """Have two files taken, in two goes."""
        self.drop_file('一.txt', 'title: 一\n---\n取过的第一篇。\n')
        self.start()
        self.wait_for_article('一', '第一篇')
        self.drop_file('二.txt', 'title: 二\n---\n取过的第二篇。\n')
        self.wait_for_article('二', '第二篇')

    def wait_until_remembered(self, n):
        """Wait until n files are remembered to have been taken: articles are seen before that."""
        def lines():
            names = [name for name in os.listdir(self.index) if name.startswith('watch-')]
            total = 0
            for name in names:
                with open(os.path.join(self.index, name), 'rb') as f:
                    total += len(f.readlines())
            return total
        wait_until(lambda: lines() == n, f'{n} files are to be remembered\n{self.said()}')

    def build_another(self):
        self.indexer('build', self.write('other/另.txt', 'title: 另\n---\n重建时给的一篇。\n'))

    def test_build_while_it_runs(self):
        self.take_two()
        self.wait_until_remembered(2)
        self.build_another()
        wait_until(lambda: sorted(self.taken()) == ['一', '二', '另'], 'they are to be taken again')
        self.assertEqual(self.said().count('was replaced'), 1, self.said())
        # From then on as ever: remembered, and each file taken once.
        self.wait_until_remembered(2)
        self.rounds()
        self.stop()
        self.assertEqual(self.said().count('was replaced'), 1, self.said())
        self.assertEqual(self.said().count('2 articles'), 1, self.said())
        self.indexer('check')

    def test_build_while_it_rests(self):
        self.take_two()
        self.wait_until_remembered(2)
        self.stop()
        self.build_another()
        self.assertEqual(list(self.taken()), ['另'])
        self.start()
        wait_until(lambda: sorted(self.taken()) == ['一', '二', '另'], 'they are to be taken again')
        self.stop()
        self.assertNotIn('was replaced', self.said())

    def test_folder_removed_while_it_runs(self):
        self.take_two()
        self.wait_until_remembered(2)
        shutil.rmtree(self.index)
        wait_until(lambda: sorted(self.taken()) == ['一', '二'], 'they are to be taken again')
        self.stop()
        self.assertEqual(self.said().count('was replaced'), 1, self.said())

    def test_merge_and_failed_build_forget_nothing(self):
        self.take_two()
        self.wait_until_remembered(2)
        self.indexer('merge')
        self.indexer('build', self.write('other/坏.txt', b''), code=1)
        self.rounds()
        self.rounds()
        self.stop()
        self.wait_until_remembered(2)
        self.assertEqual(sorted(self.taken()), ['一', '二'])
        self.assertNotIn('was replaced', self.said())
        self.assertEqual(self.said().count('1 articles'), 2, self.said())

    def test_waits_for_the_lock(self):
        self.import_articles(article('old', '先有的一篇。'))
        with open(os.path.join(self.index, 'LOCK'), 'r+') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.drop_file('一.txt', 'title: 一\n---\n等锁的一篇。\n')
            self.start()
            wait_until(lambda: 'try again' in self.said(), 'it is to say that it waits')
            self.rounds()
            self.assertEqual(self.said().count('try again'), 1, self.said())
        self.wait_for_article('一', '等锁')
        self.stop()

    def test_no_folder(self):
        for name in (self.path('missing'), self.write('file', 'x')):
            ran = self.indexer('watch', name, code=1)
            self.assertIn(os.path.basename(name), ran.err)
        self.indexer('watch', code=2)


if __name__ == '__main__':
    unittest.main()
