#!/usr/bin/env python3
"""Who may ask what: tokens, scopes, rates, pages of other origins, proxies."""
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import DOUBLE, SERVER, Server, Wire, article, index, wait_for

FOLDER = tempfile.TemporaryDirectory(prefix='jw-index-')
INDEX = os.path.join(FOLDER.name, 'index')
TOKENS = os.path.join(FOLDER.name, 'tokens')


def setUpModule():
    index(INDEX, [article(1, '齿轮')])
    write_tokens()


def write_tokens(**more):
    tokens = {'reader': ('search', 'r-token'), 'ops': ('search,admin', 'o-token'), **more}
    with open(TOKENS, 'w') as f:
        for name, (scopes, token) in tokens.items():
            f.write(f'{name} {scopes} {hashlib.sha256(token.encode()).hexdigest()}\n')


def bearer(token):
    return [f'Authorization: Bearer {token}']


class Tokens(unittest.TestCase):
    def test_reading_by_token(self):
        with Server(DOUBLE, ['--read-access', 'token', '--tokens', TOKENS], INDEX) as server:
            with server.wire() as w:
                for target, by_reader, by_ops in (('/v1/search?q=a', 200, 200),
                                                  ('/v1/articles/test/00001', 200, 200),
                                                  ('/v1/analyze?text=a', 200, 200),
                                                  ('/v1/stats', 200, 200),
                                                  ('/metrics', 403, 200)):
                    a = w.get(target)
                    self.assertEqual((a.status, a.problem), (401, 'token-missing'), target)
                    self.assertEqual(a.headers['www-authenticate'], 'Bearer realm="jianwen"')
                    a = w.get(target, headers=bearer('wrong'))
                    self.assertEqual((a.status, a.problem), (401, 'token-unknown'), target)
                    self.assertIn('invalid_token', a.headers['www-authenticate'])
                    self.assertEqual(w.get(target, headers=bearer('r-token')).status, by_reader)
                    self.assertEqual(w.get(target, headers=bearer('o-token')).status, by_ops)
                a = w.get('/metrics', headers=bearer('r-token'))
                self.assertEqual(a.problem, 'forbidden')
                self.assertIn('insufficient_scope', a.headers['www-authenticate'])
                for target in ('/', '/healthz', '/readyz', '/openapi.json'):
                    self.assertEqual(w.get(target).status, 200)
                # What is kept or revalidated is not given away either.
                tag = w.get('/v1/search?q=a', headers=bearer('r-token')).headers['etag']
                self.assertEqual(w.get('/v1/search?q=a',
                                       headers=[f'If-None-Match: {tag}']).status, 401)
                twice = w.get('/v1/search?q=a', headers=bearer('r-token') + bearer('wrong'))
                self.assertEqual(twice.status, 400)
            self.assertIn('token=reader', server.log())
            self.assertNotIn('r-token', server.log())
            server.stop()

    def test_nothing_else_is_open(self):
        """Each address of the description takes a token, but for those that are named."""
        with Server(SERVER, ['--read-access', 'token', '--tokens', TOKENS], INDEX) as server:
            with server.wire() as w:
                paths = w.get('/openapi.json').json['paths']
                opened = {p for p, item in paths.items() if w.get(p.replace('{id}', 'test/00001')
                          + '?' + '&'.join(f'{q["name"]}=a' for q in item['get']['parameters']
                                           if q['required'] and q['in'] == 'query')).status != 401}
                api = {p for p in paths if p.startswith('/v1/')}
                self.assertGreater(len(api), 4)
                self.assertFalse(opened & (api | {'/metrics'}))
                self.assertLessEqual({'/healthz', '/readyz', '/openapi.json'}, opened)
                for p in api | {'/metrics'}:
                    self.assertEqual(paths[p]['get']['security'], [{}, {'token': []}])
            server.stop()

    def test_tokens_are_read_again(self):
        self.addCleanup(write_tokens)
        with Server(DOUBLE, ['--read-access', 'token', '--tokens', TOKENS], INDEX) as server:
            def status(token):
                return server.get('/v1/search?q=a', headers=bearer(token)).status

            self.assertEqual((status('r-token'), status('n-token')), (200, 401))
            write_tokens(reader=('search', 'other'), new=('search', 'n-token'))
            server.signal(signal.SIGHUP)
            self.assertTrue(wait_for(lambda: status('n-token') == 200))
            self.assertEqual(status('r-token'), 401)
            with open(TOKENS, 'w') as f:
                f.write('nonsense\n')
            server.signal(signal.SIGHUP)
            self.assertTrue(wait_for(lambda: 'line 1' in server.log()))
            self.assertEqual(status('n-token'), 200)
            server.stop()

    def test_wrong_file(self):
        for options, said in ((['--tokens', '/nonexistent/t'], '/nonexistent/t'),
                              (['--read-access', 'token'], 'read_access'),
                              (['--read-access', 'some'], 'read_access'),
                              (['--cors-origins', 'https://a/b'], 'cors_origins'),
                              (['--trusted-proxies', 'x'], 'trusted_proxies')):
            done = subprocess.run([SERVER, '--check-config', *options], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=60)
            self.assertEqual(done.returncode, 2, options)
            self.assertIn(said, done.stderr.decode())

    def test_rate_of_a_token(self):
        options = ['--tokens', TOKENS, '--rate', '1', '--rate-burst', '2',
                   '--token-rate', '1', '--token-rate-burst', '6']
        with Server(DOUBLE, options, INDEX) as server:
            with server.wire() as w:
                def check_served(burst, headers=()):
                    start = time.monotonic()
                    n = sum(w.get('/v1/search?q=a', headers=headers).status == 200
                            for _ in range(burst + 8))
                    self.assertGreaterEqual(n, burst)
                    # One more a second.
                    self.assertLessEqual(n, burst + 1 + time.monotonic() - start)

                check_served(2)
                check_served(6, bearer('r-token'))
                check_served(6, bearer('o-token'))
                # Guesses count for the address that makes them.
                statuses = {w.get('/v1/search?q=a', headers=bearer('x')).status
                            for _ in range(10)}
                self.assertIn(429, statuses)
            server.stop()


class Origins(unittest.TestCase):
    ALLOWED = 'https://paper.example'

    def test_pages_of_other_origins(self):
        with Server(DOUBLE, ['--cors-origins', f'http://x.example, {self.ALLOWED}'],
                    INDEX) as server:
            with server.wire() as w:
                origin = [f'Origin: {self.ALLOWED}']
                for target, status in (('/v1/search?q=a', 200), ('/v1/search', 400),
                                       ('/nothing', 404)):
                    a = w.get(target, headers=origin)
                    self.assertEqual(a.status, status)
                    self.assertEqual(a.headers['access-control-allow-origin'], self.ALLOWED)
                    self.assertIn('Origin', a.headers['vary'])
                    self.assertIn('Retry-After', a.headers['access-control-expose-headers'])
                tag = w.get('/v1/search?q=a').headers['etag']
                a = w.get('/v1/search?q=a', headers=[*origin, f'If-None-Match: {tag}'])
                self.assertEqual((a.status, a.headers['access-control-allow-origin']),
                                 (304, self.ALLOWED))
                for other in ('https://evil.example', self.ALLOWED + '.evil.example', 'null'):
                    a = w.get('/v1/search?q=a', headers=[f'Origin: {other}'])
                    self.assertEqual(a.status, 200)
                    self.assertNotIn('access-control-allow-origin', a.headers)
                    self.assertIn('Origin', a.headers['vary'])
                a = w.get('/v1/search', 'OPTIONS', [
                    *origin, 'Access-Control-Request-Method: GET',
                    'Access-Control-Request-Headers: authorization'])
                self.assertEqual(a.status, 204)
                self.assertEqual(a.headers['access-control-allow-methods'], 'GET, HEAD')
                self.assertIn('Authorization', a.headers['access-control-allow-headers'])
                self.assertIn('access-control-max-age', a.headers)
                a = w.get('/v1/search', 'OPTIONS', ['Origin: https://evil.example',
                                                    'Access-Control-Request-Method: GET'])
                self.assertEqual(a.status, 204)
                self.assertNotIn('access-control-allow-methods', a.headers)
            server.stop()

    def test_none_by_default(self):
        with Server(DOUBLE, [], INDEX) as server:
            a = server.get('/v1/search?q=a', headers=[f'Origin: {self.ALLOWED}'])
            self.assertFalse([h for h in a.headers if h.startswith('access-control')])
            self.assertEqual(a.headers['vary'], 'Accept-Encoding')
            server.stop()

    def test_overload_can_be_read_too(self):
        options = ['--cors-origins', '*', '--rate', '1', '--rate-burst', '1']
        with Server(DOUBLE, options, INDEX) as server:
            with server.wire() as w:
                answers = [w.get('/v1/search?q=a', headers=['Origin: https://any.example'])
                           for _ in range(10)]
            self.assertIn(429, [a.status for a in answers])
            for a in answers:
                self.assertEqual(a.headers['access-control-allow-origin'], '*')
            server.stop()


class Proxies(unittest.TestCase):
    def test_clients_behind_a_proxy(self):
        options = ['--trusted-proxies', '127.0.0.1', '--rate', '1', '--rate-burst', '2']
        with Server(DOUBLE, options, INDEX) as server:
            with server.wire() as w:
                def statuses(n, forwarded):
                    return [w.get('/v1/search?q=a', headers=[f'X-Forwarded-For: {f}'
                                                             for f in forwarded]).status
                            for _ in range(n)]

                start = time.monotonic()
                by_one = statuses(20, ['192.0.2.1'])
                self.assertIn(429, by_one)
                self.assertEqual(statuses(2, ['192.0.2.2']), [200, 200])
                # A client that writes the header itself does not become another one.
                by_one += statuses(4, ['198.51.100.9, 192.0.2.1'])
                by_one += statuses(4, ['198.51.100.8', '192.0.2.1'])
                # Two at once, one more a second.
                self.assertLessEqual(by_one.count(200), 2 + time.monotonic() - start)
            self.assertIn('address=192.0.2.2 ', server.log())
            self.assertNotIn('198.51.100', server.log())
            server.stop()

    def test_nobody_is_trusted_by_default(self):
        with Server(DOUBLE, [], INDEX) as server:
            server.get('/v1/search?q=a', headers=['X-Forwarded-For: 192.0.2.1'])
            server.stop()
            self.assertNotIn('192.0.2.1', server.log())

    def test_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'socket')
            options = ['--listen', f'unix:{path}', '--trusted-proxies', 'unix']
            with Server(DOUBLE, options, INDEX) as server:
                with Wire(path) as w:
                    w.get('/v1/search?q=a', headers=['X-Forwarded-For: 2001:DB8::7'])
                self.assertIn('address=2001:db8::7 ', server.log())
                server.stop()


if __name__ == '__main__':
    unittest.main(verbosity=2)
