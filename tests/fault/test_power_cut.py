#!/usr/bin/env python3
"""Power cuts: at each step of a run, only what was synced is still there.

strace writes down what the indexer does to its files; this program does the same to files of its own
in memory, which remember what of them has been synced.  Before each sync and rename, and at the end,
the power fails: the state is written out as the most forgetful file system would have kept it, and
once more as one would that keeps names but not yet bytes.  The index must then be sound: as it was,
or as it was to be, and the latter once the program has said that it is done.
"""
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from test_faults import Faults as Base, FULL, VERBS
from harness import run_indexer

TRIES = 1000 if FULL else 10
CALLS = ('openat,open,creat,close,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,'
         'mkdir,mkdirat,unlink,unlinkat,rmdir,dup,fcntl,lseek')
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class File:
    def __init__(self, data=b''):
        self.data, self.synced = bytearray(data), bytes(data)


class Folder:
    def __init__(self):
        self.entries, self.synced = {}, {}


class Disk:
    """Files below a folder; all there is at first has been synced."""

    def __init__(self, root):
        self.root = root
        self.top = self.load(root)
        self.open = {}

    def load(self, path):
        folder = Folder()
        for e in os.scandir(path):
            if e.is_dir():
                folder.entries[e.name] = self.load(e.path)
            else:
                with open(e.path, 'rb') as f:
                    folder.entries[e.name] = File(f.read())
        folder.synced = dict(folder.entries)
        return folder

    def find(self, path):
        """@return the folder of a path and the name in it; None outside the root."""
        if path == self.root:
            return None, self.top
        if not path.startswith(self.root + '/'):
            return None, None
        *folders, name = path[len(self.root) + 1:].split('/')
        at = self.top
        for f in folders:
            at = at.entries[f]
        return at, name

    def write_out(self, to, folder, keep_names):
        os.makedirs(to)
        for name, what in (folder.entries if keep_names else folder.synced).items():
            path = os.path.join(to, name)
            if isinstance(what, Folder):
                self.write_out(path, what, keep_names)
            else:
                with open(path, 'wb') as f:
                    f.write(what.synced)

    # What the calls do.

    def do(self, call, args, result):
        names = [bytes.fromhex(t.replace('\\x', '')) for t in TEXT.findall(args)]
        numbers = [int(n) for n in re.findall(r'(?<![\w"\\])(\d+)(?![\w"\\])', TEXT.sub('', args))]
        if call in ('openat', 'open', 'creat'):
            self.do_open(names[0].decode(), args, result)
        elif call == 'close':
            self.open.pop(numbers[0], None)
        elif call in ('write', 'pwrite64'):
            self.do_write(call, names, numbers, result)
        elif call == 'lseek':
            if numbers[0] in self.open:
                self.open[numbers[0]][1] = result
        elif call == 'ftruncate':
            if numbers[0] in self.open:
                f = self.open[numbers[0]][0]
                f.data = f.data[:numbers[1]].ljust(numbers[1], b'\0')
        elif call in ('fsync', 'fdatasync'):
            what = self.open.get(numbers[0], [None])[0]
            if isinstance(what, File):
                what.synced = bytes(what.data)
            elif what:
                what.synced = dict(what.entries)
        elif call == 'rename':
            (a, old), (b, new) = self.find(names[0].decode()), self.find(names[1].decode())
            if a and b:
                b.entries[new] = a.entries.pop(old)
        elif call == 'mkdir':
            at, name = self.find(names[0].decode())
            if at:
                at.entries[name] = Folder()
        elif call in ('unlink', 'rmdir', 'unlinkat'):
            self.do_unlink(names[0].decode(), numbers)
        elif call in ('renameat', 'renameat2', 'mkdirat', 'dup'):
            raise AssertionError(f'this test does not know {call}')

    def do_open(self, path, args, fd):
        first = re.match(r'(\d+), ', args)
        if first and not path.startswith('/'):
            at, name = self.open.get(int(first.group(1)), [None])[0], path
        else:
            at, name = self.find(path)
        if at is None:
            what = name if isinstance(name, Folder) else None
        else:
            what = at.entries.get(name)
            if what is None and 'O_CREAT' in args:
                what = at.entries[name] = File()
            if isinstance(what, File) and 'O_TRUNC' in args:
                what.data = bytearray()
        self.open.pop(fd, None)
        if what is not None:
            self.open[fd] = [what, 0]

    def do_write(self, call, names, numbers, n):
        if numbers[0] not in self.open:
            return
        f = self.open[numbers[0]]
        at = numbers[-1] if call == 'pwrite64' else f[1]
        data = names[0][:n]
        if len(f[0].data) < at:
            f[0].data.extend(bytes(at - len(f[0].data)))
        f[0].data[at:at + n] = data
        if call == 'write':
            f[1] = at + n

    def do_unlink(self, path, numbers):
        if path.startswith('/'):
            at, name = self.find(path)
        else:
            at, name = self.open.get(numbers[0], [None])[0], path
        if at:
            at.entries.pop(name, None)


def read_trace(path):
    """@return call, arguments, result of each line, the halves of interrupted ones put together."""
    halves = {}
    with open(path, encoding='ascii') as f:
        for line in f:
            pid, rest = line.rstrip('\n').split(None, 1)
            if rest.endswith('<unfinished ...>'):
                halves[pid] = rest[:-len('<unfinished ...>')]
                continue
            resumed = re.match(r'<\.\.\. \w+ resumed>(.*)', rest)
            if resumed:
                rest = halves.pop(pid) + resumed.group(1)
            found = re.match(r'(\w+)\((.*)\)\s+= (-?\d+)', rest)
            if found and int(found.group(3)) >= 0:
                yield found.group(1), found.group(2), int(found.group(3))


class PowerCuts(Base):
    def trace(self, verb):
        self.fresh()
        disk = Disk(self.index)
        log = self.path('trace')
        done = self.run_verb(verb, ['strace', '-f', '-qq', '-xx', '-s', '10000000', '-o', log, '-e', 'trace=' + CALLS])
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return disk, list(read_trace(log))

    def look(self, disk, keep_names, states, what):
        shutil.rmtree(self.index, ignore_errors=True)
        disk.write_out(self.index, disk.top, keep_names)
        check = run_indexer('--index', self.index, 'check')
        self.assertEqual(check.code, 0, f'{what}\n{check}')
        self.assertIn(self.content(self.index), states, what)

    def cut(self, verb):
        new = self.new_state(verb)
        disk, calls = self.trace(verb)
        # The model does what the system did: else it proves nothing.
        cuts = [i for i, c in enumerate(calls) if c[0] in ('fsync', 'fdatasync', 'rename', 'unlinkat', 'rmdir')]
        self.assertGreater(len(cuts), 8)
        cuts = set(cuts[::max(1, len(cuts) // TRIES)])
        for i, call in enumerate(calls):
            if i in cuts:
                for keep_names in (False, True):
                    self.look(disk, keep_names, (self.old, new), f'{verb}, before call {i} of {len(calls)}: '
                              f'{call[0]}, names {"kept" if keep_names else "lost"}')
            disk.do(*call)
        for keep_names in (False, True):
            self.look(disk, keep_names, (new,), f'{verb}, done')

    def test_power_cuts(self):
        for verb in VERBS:
            with self.subTest(verb):
                self.cut(verb)

    def test_the_model_forgets(self):
        """Without its syncs, the same run does not survive: the test can fail."""
        new = self.new_state('build')
        disk, calls = self.trace('build')
        for call in calls:
            if call[0] not in ('fsync', 'fdatasync'):
                disk.do(*call)
        with self.assertRaises(AssertionError):
            self.look(disk, True, (new,), 'unsynced')


# Only the tests of this file: those of the base class run by themselves.
for name in [n for n in dir(Base) if n.startswith('test_')]:
    setattr(PowerCuts, name, None)
del Base

if __name__ == '__main__':
    unittest.main()
