#!/usr/bin/env python3
"""What is left of an index when the indexer is killed, or its disk fails or is full, at any step.

strace counts the system calls that change something on disk and makes one of them fail, or kills the
program there.  `--full` goes through each of them, without it through some.
"""
import collections
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'integration'))
from harness import Case, INDEXER, article, clean_environment, run_indexer

FULL = '--full' in sys.argv
if FULL:
    sys.argv.remove('--full')
# Steps of a run that are tried, at most.
TRIES = 1000 if FULL else 5
CALLS = {
    'kill': ['fsync', 'fdatasync', 'rename', 'pwrite64', 'write', 'unlink', 'unlinkat', 'mkdir'],
    'EIO': ['fsync', 'fdatasync', 'rename', 'pwrite64', 'write'],
    'ENOSPC': ['pwrite64', 'write', 'mkdir'],
}
# LeakSanitizer cannot work in a traced program.
TRACED = {'ASAN_OPTIONS': 'detect_leaks=0:new_delete_type_mismatch=0'}


def numbered(n, text):
    return article(f'n/{n}', f'{text}第{n}段，说的是齿轮和轴承。', '另一段。' * (n % 40 + 1), title=f'{text}{n}')


def ndjson(articles):
    return '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles).encode()


NEWCOMERS = ndjson([numbered(n, '新来的') for n in range(18, 24)])
# Each verb: what it is called with, and its standard input.
VERBS = {
    'import': (['import', '-'], NEWCOMERS),
    'delete': (['delete', 'n/3', 'n/22'], b''),
    'merge': (['merge'], b''),
    'build': (['build', 'articles.jsonl'], b''),
}


class Faults(Case):
    def setUp(self):
        super().setUp()
        self.origin = self.path('origin')
        self.old = self.import_into(self.origin, [numbered(n, '原有的') for n in range(20)])
        self.old = self.import_into(self.origin, [numbered(n, '增补的') for n in range(19, 23)])
        self.write('articles.jsonl', ndjson([numbered(n, '重建的') for n in range(30)]))

    def import_into(self, index, articles):
        ran = run_indexer('--index', index, 'import', '-', stdin=ndjson(articles))
        self.assertEqual(ran.code, 0, str(ran))
        return self.content(index)

    def content(self, index):
        """All that readers see: the articles and the revision."""
        ran = run_indexer('--index', index, 'export')
        self.assertEqual(ran.code, 0, str(ran))
        return sorted(ran.lines())

    def fresh(self):
        shutil.rmtree(self.index, ignore_errors=True)
        shutil.copytree(self.origin, self.index)

    def command(self, verb):
        return [INDEXER, '--index', self.index, '--threads', '1', *VERBS[verb][0]]

    def run_verb(self, verb, before=(), limits=None):
        return subprocess.run([*before, *self.command(verb)], input=VERBS[verb][1], cwd=self.folder,
                              capture_output=True, check=False, preexec_fn=limits,
                              env=clean_environment(**TRACED), timeout=600)

    def new_state(self, verb):
        self.fresh()
        done = self.run_verb(verb)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return self.content(self.index)

    def steps(self, verb, calls):
        """@return each such call of a run on a file, as the call and its number among its kind."""
        self.fresh()
        log = self.path('trace')
        done = self.run_verb(verb, ['strace', '-f', '-qq', '-o', log, '-e', 'trace=' + ','.join(calls)])
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        steps, seen = [], collections.Counter()
        with open(log, encoding='utf-8', errors='replace') as f:
            for line in f:
                found = re.match(r'\d+ +(\w+)\(([12],)?', line)
                if found:
                    seen[found.group(1)] += 1
                    if not found.group(2):
                        steps.append((found.group(1), seen[found.group(1)]))
        return steps

    def look_at_rest(self, verb, done, new, what):
        """Whatever happened: the index is sound, and either as it was or as it was to be."""
        check = run_indexer('--index', self.index, 'check')
        self.assertEqual(check.code, 0, f'{what}\n{check}')
        state = self.content(self.index)
        if done.returncode == 0:
            self.assertEqual(state, new, what)
        else:
            self.assertIn(state, (self.old, new), what)
        self.assertNotIn(b'Sanitizer', done.stderr, what)
        return state

    def sweep(self, verb, fault, look):
        new = self.new_state(verb)
        steps = self.steps(verb, CALLS[fault])
        self.assertGreater(len(steps), 5)
        inject = 'signal=KILL' if fault == 'kill' else f'error={fault}'
        failed = 0
        for call, number in steps[::max(1, len(steps) // TRIES)]:
            self.fresh()
            what = f'{verb}, {fault} at {call} {number}'
            done = self.run_verb(verb, ['strace', '-f', '-qq', '-o', '/dev/null', '-e', f'trace={call}',
                                        '-e', f'inject={call}:{inject}:when={number}'])
            self.look_at_rest(verb, done, new, what)
            failed += done.returncode != 0
            look(done, what)
            # And it can be done again.
            again = self.run_verb(verb)
            if verb != 'delete' or again.returncode == 0:
                self.assertEqual(again.returncode, 0, what + again.stderr.decode())
            self.assertEqual(self.content(self.index), new, what)
            self.assertLessEqual(len([s for s in os.listdir(self.index) if '-0' in s]), 2, what)
        self.assertGreater(failed, 0, 'no fault had any effect')

    def test_killed(self):
        for verb in VERBS:
            with self.subTest(verb):
                self.sweep(verb, 'kill', lambda done, what: None)

    def test_disk_fails(self):
        def look(done, what):
            if done.returncode:
                self.assertEqual(done.returncode, 1, what)
                self.assertIn(b'jianwen-indexer: ', done.stderr, what)
        for verb in VERBS:
            with self.subTest(verb):
                self.sweep(verb, 'EIO', look)

    def test_disk_is_full(self):
        """The message says so, and what to do."""
        def look(done, what):
            if done.returncode:
                self.assertEqual(done.returncode, 1, what)
                self.assertIn(b'No space left on device', done.stderr, what)
                self.assertIn(b'make room', done.stderr, what)
        for verb in VERBS:
            with self.subTest(verb):
                self.sweep(verb, 'ENOSPC', look)

    def test_files_may_not_grow(self):
        """A limit of the system instead of an injected fault: all writes beyond it fail."""
        def limits():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        for verb in ('import', 'merge', 'build'):
            with self.subTest(verb):
                new = self.new_state(verb)
                self.fresh()
                done = self.run_verb(verb, limits=limits)
                self.assertEqual(done.returncode, 1, done.stderr.decode())
                self.assertIn(b'make room', done.stderr)
                self.assertEqual(self.look_at_rest(verb, done, new, verb), self.old)

    def test_unknown_format_takes_the_other_path(self):
        """Where the format cannot be told to be the known one, Xapian itself writes the base."""
        self.fresh()
        expected = self.new_state('build')
        self.fresh()
        probe = os.path.join(self.index, 'base-000003', 'probe', 'iamglass')
        done = self.run_verb('build', ['strace', '-f', '-qq', '-o', '/dev/null', '-P', probe, '-e', 'trace=openat',
                                       '-e', 'inject=openat:error=EIO'])
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        base = os.path.join(self.index, 'base-000003')
        self.assertFalse(os.path.exists(os.path.join(base, 'termlist.glass')), 'it was written in one go')
        self.assertEqual(self.content(self.index), expected)
        self.assertEqual(run_indexer('--index', self.index, 'check').code, 0)


if __name__ == '__main__':
    unittest.main()
