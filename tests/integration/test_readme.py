#!/usr/bin/env python3
"""The examples of README.md: each command prints what stands below it."""
import os
import re
import subprocess
import unittest

from harness import INDEXER, RUN_S, SAMPLES, SOURCE_DIR, Case, Server, clean_environment

ADDRESS = '127.0.0.1:8080'


def examples():
    """@return pairs of a command and the output that README.md shows for it."""
    with open(os.path.join(SOURCE_DIR, 'README.md'), encoding='utf-8') as f:
        blocks = re.findall(r'^```console\n(.*?)^```$', f.read(), re.S | re.M)
    found = []
    for block in blocks:
        for part in re.split(r'^\$ ', block, flags=re.M)[1:]:
            command, shown = part.split('\n', 1)
            found.append((command, shown))
    return found


class Readme(Case):
    def test_examples(self):
        self.indexer('build', SAMPLES)
        pairs = examples()
        self.assertGreater(len(pairs), 4)
        path = os.path.dirname(INDEXER) + os.pathsep + os.environ['PATH']
        with Server(self.index) as server:
            here = '%s:%d' % server.address
            for command, shown in pairs:
                with self.subTest(command):
                    done = subprocess.run(['bash', '-c', command.replace(ADDRESS, here)],
                                          cwd=SOURCE_DIR, capture_output=True, timeout=RUN_S,
                                          env=clean_environment(PATH=path), check=False)
                    self.assertEqual(done.stdout.decode('utf-8'), shown)


if __name__ == '__main__':
    unittest.main(verbosity=2)
