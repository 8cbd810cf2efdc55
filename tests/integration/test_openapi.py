#!/usr/bin/env python3
"""Every route driven from /openapi.json, its answers held to it by public validators
from npm (tests/contract), and the example clients of docs/examples."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import PATIENCE, SERVER, Server, article, index

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
CONTRACT = os.path.join(ROOT, 'tests', 'contract')
EXAMPLES = os.path.join(ROOT, 'docs', 'examples')
FOLDER = tempfile.TemporaryDirectory(prefix='jw-index-')
INDEX = os.path.join(FOLDER.name, 'index')


def setUpModule():
    index(INDEX, [article(i, '齿轮') for i in range(1, 131)])


def run(command, **environment):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120 * PATIENCE, env={**os.environ, **environment})
    return done.returncode, done.stdout.decode()


class OpenApi(unittest.TestCase):
    @unittest.skipUnless(os.path.isdir(os.path.join(CONTRACT, 'node_modules')),
                         'script/bootstrap test installs the validators from npm')
    def test_contract(self):
        with Server(SERVER, ['--access-log', 'off'], INDEX) as server:
            code, said = run(['node', os.path.join(CONTRACT, 'contract.mjs'),
                              f'http://127.0.0.1:{server.address[1]}'])
            self.assertEqual(code, 0, said)
            self.assertGreater(int(said.split()[0]), 100)
            server.stop()


class Examples(unittest.TestCase):
    def test_clients(self):
        """Each finds every paragraph, over pages; a refusal is told."""
        with Server(SERVER, [], INDEX) as server:
            url = f'http://127.0.0.1:{server.address[1]}'
            for command in ([sys.executable, os.path.join(EXAMPLES, 'search.py')],
                            [shutil.which('node'), os.path.join(EXAMPLES, 'search.mjs')]):
                code, said = run([*command, '"验收合格"'], JIANWEN_URL=url)
                self.assertEqual(code, 0, said)
                lines = said.splitlines()
                self.assertEqual(len(lines), 3 * 130)
                for line in lines:
                    self.assertEqual(line.split('\t')[1], 'exact')
                    self.assertIn('[验收合格]', line)
                code, said = run([*command, 'x' * 1001], JIANWEN_URL=url)
                self.assertEqual(code, 1)
                self.assertIn('q has 1001 characters', said)
            code, said = run(['sh', os.path.join(EXAMPLES, 'search.sh'), '齿轮'], JIANWEN_URL=url)
            self.assertEqual((code, len(said.splitlines())), (0, 5), said)
            server.stop()


if __name__ == '__main__':
    unittest.main(verbosity=2)
