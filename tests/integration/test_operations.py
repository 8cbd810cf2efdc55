#!/usr/bin/env python3
"""The steps of docs/operations.md, run in their order; the messages it explains are
those that the programs have; nginx.conf and the alert rules fit the server."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import INDEXER, SERVER, Server, Wire, article, index, wait_for

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as f:
        return f.read()


class Steps(unittest.TestCase):
    def test_console(self):
        blocks = re.findall(r'```console\n(.*?)```', read('docs/operations.md'), re.S)
        self.assertGreaterEqual(len(blocks), 7)
        with tempfile.TemporaryDirectory(prefix='jw-operations-') as folder:
            for name in ('var/lib/jianwen', 'etc/jianwen', 'backup', 'restored', 'srv/today'):
                os.makedirs(os.path.join(folder, name))
            shutil.copytree(os.path.join(ROOT, 'config', 'samples'),
                            os.path.join(folder, 'srv', 'articles'))
            shutil.copy(os.path.join(ROOT, 'config', 'samples', 'typhoon.txt'),
                        os.path.join(folder, 'srv', 'today'))
            shutil.copy(os.path.join(ROOT, 'config', 'jianwen.conf'),
                        os.path.join(folder, 'etc', 'jianwen'))
            script = 'set -eu\n'
            for line in '\n'.join(blocks).splitlines():
                if line.startswith('$ '):
                    script += f'echo "{MARK}"\n{line[2:]}\n'
            for name in ('var', 'etc', 'backup', 'restored', 'srv'):
                script = re.sub(rf'(?<![\w/])/{name}/', f'{folder}/{name}/', script)
            path = os.pathsep.join((os.path.dirname(INDEXER), os.path.dirname(SERVER),
                                    os.environ['PATH']))
            done = subprocess.run(['bash', '-c', script], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env={**os.environ, 'PATH': path},
                                  timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            said = done.stdout.decode().split(MARK + '\n')[1:]
            wanted = re.findall(r'^\$ .*\n((?:[^$\n].*\n)*)', '\n'.join(blocks), re.M)
            self.assertEqual(len(said), len(wanted))
            for got, want in zip(said, wanted):
                self.assertIn(want, got)

    def test_messages(self):
        """Each message that is explained is in the sources."""
        text = read('docs/operations.md').split('## Troubleshooting')[1]
        sources = ''
        for room in ('server', 'lib/base'):
            for name in sorted(os.listdir(os.path.join(ROOT, room))):
                if name.endswith('.c'):
                    sources += re.sub(r'"\s*\n\s*"', '', read(os.path.join(room, name)))
        for message in re.findall(r'^\| (?:503|429) `([a-z-]+)`', text, re.M):
            self.assertIn(f'"{message}"', sources)
        for message in ('there is no setting', 'this is more than the loopback interface',
                        'cannot listen on ', 'nobody could read',
                        'too few file descriptors', 'requests_cut=', '"late"', '"reload"'):
            self.assertIn(message, sources)
            self.assertIn(message.strip('"'), text)


class Alerts(unittest.TestCase):
    def test_metrics_exist(self):
        with tempfile.TemporaryDirectory() as folder:
            place = os.path.join(folder, 'index')
            index(place, [article(1, '齿轮')])
            with Server(SERVER, [], place) as server:
                server.get('/v1/search?q=%E9%BD%BF%E8%BD%AE')
                metrics = server.get('/metrics').body.decode()
                server.stop()
        rules = read('config/prometheus-alerts.yml')
        names = set(re.findall(r'jianwen_[a-z_]+', re.sub(r'summary:.*', '', rules)))
        self.assertGreater(len(names), 8)
        for name in names:
            self.assertRegex(metrics, rf'(?m)^{name}[ {{]')


class ManPages(unittest.TestCase):
    def test_options_and_verbs(self):
        for program, page in ((SERVER, 'jianwen-server.1'), (INDEXER, 'jianwen-indexer.1')):
            text = read(f'docs/man/{page}').replace('\\-', '-')
            done = subprocess.run([program, '--help'], stdout=subprocess.PIPE, check=True)
            said = done.stdout.decode()
            for option in set(re.findall(r'--[a-z][a-z-]+', said)):
                self.assertIn(option, text, page)
            for verb in re.findall(r'^  ([a-z]+)  ', said, re.M):
                self.assertRegex(text, rf'(?m)^\.BI?R? "?{verb}\b', page)


def listens(address):
    try:
        Wire(address).close()
        return True
    except OSError:
        return False


@unittest.skipUnless(shutil.which('nginx') and shutil.which('openssl'),
                     'skipped: nginx or openssl is not installed')
class Nginx(unittest.TestCase):
    def test_example(self):
        """config/nginx.conf as it is, but for places, ports and a rate."""
        with tempfile.TemporaryDirectory() as folder:
            place = os.path.join(folder, 'index')
            index(place, [article(1, '齿轮')])
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
                            '-subj', '/CN=search.example.org', '-keyout', f'{folder}/search.key',
                            '-out', f'{folder}/search.pem'], check=True, stderr=subprocess.PIPE)
            options = ['--trusted-proxies', '127.0.0.1', '--connections-per-address', '0']
            with Server(SERVER, options, place) as server:
                conf = read('config/nginx.conf')
                for before, after in (
                        ('listen 443 ssl;', f'listen unix:{folder}/tls ssl;'),
                        ('127.0.0.1:8080', f'127.0.0.1:{server.address[1]}'),
                        ('rate=20r/s', 'rate=20r/m'),  # below what the slowest machine asks
                        ('/etc/nginx/certificates', folder)):
                    self.assertIn(before, conf)
                    conf = conf.replace(before, after)
                with open(f'{folder}/nginx.conf', 'w') as f:
                    f.write(f'pid {folder}/pid; error_log {folder}/error.log; daemon off;\n'
                            f'user root; events {{}}\nhttp {{ access_log off;\n'
                            f'client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n'
                            f'set_real_ip_from unix:; real_ip_header X-Test-Address;\n{conf}}}\n')
                nginx = subprocess.Popen(['nginx', '-p', folder, '-c', f'{folder}/nginx.conf'],
                                         stderr=subprocess.PIPE)
                try:
                    self.assertTrue(wait_for(lambda: listens(f'{folder}/tls')),
                                    nginx.poll() and nginx.stderr.read())
                    self.ask(folder, server)
                finally:
                    nginx.terminate()
                    nginx.wait()
                    nginx.stderr.close()
                server.stop()

    def ask(self, folder, server):
        import ssl
        context = ssl.create_default_context(cafile=f'{folder}/search.pem')

        def wire():
            w = Wire(f'{folder}/tls')
            w.sock = context.wrap_socket(w.sock, server_hostname='search.example.org')
            return w

        context.check_hostname = False
        with wire() as w:
            address = ['X-Test-Address: 192.0.2.44', 'X-Forwarded-For: 198.51.100.1']
            a = w.get('/v1/search?q=%E9%BD%BF%E8%BD%AE', headers=address)
            self.assertEqual(a.status, 200)
            self.assertEqual(a.json['total']['value'], 1)
            self.assertEqual(w.get('/metrics', headers=address).status, 403)
            self.assertEqual(w.get('/v1/articles/test%2F00001', headers=address).status, 200)
            busy = [w.get('/v1/search?q=a', headers=address).status for _ in range(90)]
            self.assertIn(429, busy)
        self.assertIn('address=192.0.2.44 ', server.log())
        self.assertNotIn('198.51.100.1', server.log())


MARK = '---- step'

if __name__ == '__main__':
    unittest.main(verbosity=2)
