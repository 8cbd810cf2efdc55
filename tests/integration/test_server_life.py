#!/usr/bin/env python3
"""The server's life: overload, an index that comes and changes, signals, the end."""
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from urllib.parse import urlencode

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import (DOUBLE, PATIENCE, SERVER, WAIT_S, Server, Wire, article, index, middle, seconds_until,
                            wait_for)

FOLDER = tempfile.TemporaryDirectory(prefix='jw-index-')
INDEX = os.path.join(FOLDER.name, 'index')


def setUpModule():
    index(INDEX, [article(1, '齿轮')])


def at_once(n, function):
    """Run function(0) ... function(n - 1) in threads; @return their results."""
    results = [None] * n

    def run(i):
        try:
            results[i] = function(i)
        except OSError as e:
            results[i] = e

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return results


def waiting(server):
    """How many requests wait for a worker."""
    return server.figures('queue_length')[0]


class Overload(unittest.TestCase):
    def test_full_queue(self):
        options = ['--workers', '2', '--queue', '4', '--queue-time-ms', '60000', '--cache', '0']
        with Server(DOUBLE, options, INDEX) as server:
            answers = []
            asker = threading.Thread(target=lambda: answers.extend(
                at_once(30, lambda i: server.get('/v1/search?q=sleep:2000'))))
            asker.start()

            def others_are_answered():
                """While searches wait, and before another one ends."""
                before = server.figures('searches_total')
                status = server.get('/healthz').status
                after, queue = server.figures('searches_total', 'queue_length')
                return status == 200 and before == [after] and queue > 0

            self.assertTrue(wait_for(others_are_answered))
            asker.join()
            served = [a for a in answers if a.status == 200]
            shed = [a for a in answers if a.status == 503]
            self.assertEqual(len(served) + len(shed), 30)
            # The queue's four; more when the workers were quick to take their two.
            self.assertGreaterEqual(len(served), 4)
            self.assertGreaterEqual(len(shed), 10)
            for a in shed:
                self.assertEqual(a.problem, 'overloaded')
                self.assertEqual(a.headers['retry-after'], '1')
            self.assertEqual(server.get('/v1/search?q=a').status, 200)
            self.assertGreaterEqual(server.get('/v1/stats').json['server']['shed'], len(shed))
            server.stop()

    def test_wait_is_bounded(self):
        options = ['--workers', '1', '--queue-time-ms', '100', '--cache', '0']
        with Server(DOUBLE, options, INDEX) as server:
            wires = [server.wire() for _ in range(5)]
            for w in wires:
                self.assertEqual(w.get('/healthz').status, 200)
            server.freeze()  # so that they come at once, however slowly they are sent
            for w in wires:
                w.send('GET /v1/search?q=sleep:1500 HTTP/1.1\r\nHost: x\r\n\r\n')
            server.signal(signal.SIGCONT)
            statuses = sorted(w.read().status for w in wires)
            self.assertIn(statuses, ([200, 503, 503, 503, 503], [503] * 5))
            server.stop()

    def test_costly_searches_leave_room(self):
        """Searches that count as costly never hold the last worker."""
        options = ['--workers', '2', '--cache', '0']
        with Server(DOUBLE, options, INDEX) as server:
            done = threading.Event()

            def slow(_):
                while not done.is_set():
                    server.get('/v1/search?q=sleep:1000&facets=year')

            threads = [threading.Thread(target=slow, args=(i,)) for i in range(6)]
            for t in threads:
                t.start()
            self.assertTrue(wait_for(lambda: waiting(server) >= 3))
            free = 0
            with server.wire() as w:
                for i in range(40):
                    before = server.figures('searches_total')[0]
                    self.assertEqual(w.get(f'/v1/search?q=q{i}').status, 200)
                    # Without another one that ended first.
                    free += server.figures('searches_total')[0] == before + 1
            done.set()
            for t in threads:
                t.join()
            self.assertGreater(free, 10)
            server.stop()


class IndexChanges(unittest.TestCase):
    def test_index_appears(self):
        with Server(SERVER) as server:
            for target in ('/readyz', '/v1/search?q=a', '/v1/articles/x', '/v1/stats'):
                a = server.get(target)
                self.assertEqual((a.status, a.problem), (503, 'index-missing'))
                self.assertIn('jianwen-indexer build', a.json['detail'])
                self.assertGreater(int(a.headers['retry-after']), 0)
                self.assertNotIn(server.folder, a.body.decode())
            self.assertEqual(server.get('/healthz').status, 200)
            index(server.index, [article(1, '齿轮')])
            self.assertTrue(wait_for(lambda: server.get('/readyz').status == 200))
            found = server.get('/v1/search?q=%E9%BD%BF%E8%BD%AE').json
            self.assertEqual(found['total'], {'value': 1, 'relation': 'eq'})
            self.assertEqual(found['hits'][0]['match'], 'exact')
            for p in found['hits'][0]['paragraphs']:
                for start, end in p['ranges']:
                    self.assertEqual(p['text'][start:end], '齿轮')
                self.assertIn('<mark>齿轮</mark>', p['html'])
            server.stop()

    def test_index_that_cannot_be_opened(self):
        for current, state in (('nonsense\n', 'damaged'), ('jianwen-index 1\n', 'mismatch')):
            with self.subTest(state), tempfile.TemporaryDirectory() as folder:
                with open(os.path.join(folder, 'CURRENT'), 'w') as f:
                    f.write(current)
                with Server(SERVER, folder=folder) as server:
                    a = server.get('/readyz')
                    self.assertEqual((a.status, a.problem), (503, f'index-{state}'))
                    self.assertNotIn(folder, a.body.decode())
                    self.assertIn(folder, server.log())
                    self.assertIn(f' state={state} ', server.log())
                    server.stop()

    def test_damage_beneath_a_server(self):
        """A base in use is written over: a clear answer, and the server lives."""
        targets = ['/v1/search?q=%E9%BD%BF%E8%BD%AE', '/v1/search?q=%E9%BD%BF%E8%BD%AE%E8%A3%85%E9%85%8D&match=any',
                   '/v1/search?q=%22%E8%BD%A6%E9%97%B4%E8%A3%85%E9%85%8D%22&unit=paragraph', '/v1/articles/test/00007']
        pick = random.Random(1)
        with tempfile.TemporaryDirectory() as folder:
            place = os.path.join(folder, 'index')
            index(place, [article(i, '齿轮') for i in range(400)])
            with Server(SERVER, ['--cache', '0', '--access-log', 'off'], folder=place) as server:
                for target in targets:
                    self.assertEqual(server.get(target).status, 200)
                for name in ('postlist.glass', 'docdata.glass'):
                    path = os.path.join(place, 'base-000001', name)
                    with open(path, 'rb') as f:
                        good = f.read()
                    spoiled = [bytes(len(good)), bytes(b ^ 0x55 for b in good)]
                    for _ in range(15):
                        some = bytearray(good)
                        for _ in range(200):
                            some[pick.randrange(len(some))] = pick.randrange(256)
                        spoiled.append(bytes(some))
                    for number, content in enumerate(spoiled):
                        with open(path, 'r+b') as f:
                            f.write(content)
                        answers = [server.get(t) for t in targets]
                        for a in answers:
                            self.assertIn(a.status, (200, 404, 500, 503))
                            if a.status >= 500:
                                self.assertEqual(a.problem, 'index-damaged')
                                self.assertNotIn(folder, a.body.decode())
                        if number < 2:
                            self.assertTrue(any(a.status == 503 for a in answers), name)
                        self.assertEqual(server.get('/healthz').status, 200)
                        with open(path, 'r+b') as f:
                            f.write(good)
                for target in targets:
                    self.assertTrue(wait_for(lambda t=target: server.get(t).status == 200))
                server.stop()

    def test_changes_under_load(self):
        """Builds and additions while clients search: no request fails, every answer
        belongs to one state, and new states are seen within a second."""
        with tempfile.TemporaryDirectory() as folder:
            place = os.path.join(folder, 'index')
            index(place, [article(i, '齿轮') for i in range(50)])
            with Server(SERVER, ['--access-log', 'off'], folder=place) as server:
                done = threading.Event()
                failures, revisions = [], set()

                def client(_):
                    with server.wire() as w:
                        while not done.is_set():
                            for target in ('/v1/search?q=%E9%BD%BF%E8%BD%AE&limit=3',
                                           '/v1/search?q=%E8%BD%A6%E9%97%B4&match=all',
                                           '/v1/articles/test/00003'):
                                a = w.get(target)
                                if a is None or a.status != 200:
                                    failures.append((target, a and a.status, a and a.body))
                                    return
                                revisions.add(a.json['revision'])

                threads = [threading.Thread(target=client, args=(i,)) for i in range(6)]
                for t in threads:
                    t.start()
                revision = 1
                took = []
                for step in range(8):
                    if step % 3 == 2:
                        index_build(place, [article(i, '齿轮') for i in range(50 + step)])
                    else:
                        index(place, [article(100 * step + i, '齿轮') for i in range(20)])
                    took.append(seconds_until(
                        lambda: server.get('/v1/stats').json['revision'] > revision))
                    self.assertIsNotNone(took[-1])
                    revision = server.get('/v1/stats').json['revision']
                done.set()
                for t in threads:
                    t.join()
                self.assertEqual(failures, [])
                self.assertLess(middle(took), 1.0 * PATIENCE)
                self.assertGreater(len(revisions), 3)
                # Idle workers give old states up, so that the folder can be tidied.
                self.assertTrue(wait_for(lambda: held_segments(server) <= 2),
                                open_files(server))
                server.stop()


def index_build(place, articles):
    """A new base: the articles as files, `build`."""
    with tempfile.TemporaryDirectory() as folder:
        for a in articles:
            path = os.path.join(folder, a['id'] + '.txt')
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w') as f:
                f.write(f'title: {a["title"]}\ndate: {a["date"]}\n---\n')
                f.write('\n\n'.join(a['paragraphs']) + '\n')
        done = subprocess.run([os.environ['JW_INDEXER'], '--index', place, 'build', folder],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0, done.stderr.decode()


def open_files(server):
    folder = f'/proc/{server.process.pid}/fd'
    names = []
    for fd in os.listdir(folder):
        try:
            names.append(os.readlink(os.path.join(folder, fd)))
        except OSError:
            pass
    return names


def held_segments(server):
    """How many segments the server has open."""
    inside = [n for n in open_files(server) if n.startswith(server.index + '/')]
    return len({n[len(server.index) + 1:].split('/')[0] for n in inside})


class Stopping(unittest.TestCase):
    def test_nothing_is_lost(self):
        """SIGTERM while requests run, wait, or have just been sent: all are answered."""
        options = ['--workers', '2', '--cache', '0', '--queue-time-ms', '60000']
        with Server(DOUBLE, options, INDEX) as server:
            idle = [server.wire() for _ in range(5)]
            for w in idle:
                self.assertEqual(w.get('/healthz').status, 200)
            wires = [server.wire() for _ in range(24)]
            server.freeze()  # so that there is work for five seconds from when it goes on
            for w in wires:
                w.send('GET /v1/search?q=sleep:400 HTTP/1.1\r\nHost: x\r\n\r\n')
            pipelined = server.wire()
            pipelined.send('GET /v1/search?q=sleep:20 HTTP/1.1\r\nHost: x\r\n\r\n')
            # Part of a head has come when the signal does, the rest comes after it.
            split = server.wire()
            split.send('GET /healthz HTTP/1.1\r\nHo')
            server.signal(signal.SIGCONT)
            self.assertTrue(wait_for(lambda: waiting(server) > 0))
            server.signal(signal.SIGTERM)
            self.assertTrue(wait_for(lambda: 'signal=TERM' in server.log()))
            split.send('st: x\r\n\r\n')
            for w in [*wires, pipelined, split]:
                a = w.read()
                self.assertIsNotNone(a)
                self.assertEqual(a.status, 200)
                self.assertTrue(w.closed())
            self.assertEqual(server.process.wait(WAIT_S * PATIENCE), 0, server.log())
            for w in idle:
                self.assertTrue(w.closed())

    def test_just_connected(self):
        """Connections that the kernel has accepted, but the server not yet looked at."""
        with Server(DOUBLE, ['--workers', '1'], INDEX) as server:
            server.freeze()
            wires = [server.wire() for _ in range(40)]
            for w in wires:
                w.send('GET /v1/search?q=a HTTP/1.1\r\nHost: x\r\n\r\n')
            server.signal(signal.SIGTERM)
            server.signal(signal.SIGCONT)
            statuses = []
            for w in wires:
                a = w.read()
                statuses.append(a and a.status)
                w.close()
            self.assertEqual(server.process.wait(WAIT_S * PATIENCE), 0, server.log())
            self.assertEqual(statuses, [200] * 40)

    def test_deadline(self):
        """What does not finish in time is told so; the running search is finished."""
        options = ['--workers', '1', '--drain-time-ms', '200', '--queue-time-ms', '60000']
        with Server(DOUBLE, options, INDEX) as server:
            wires = [server.wire() for _ in range(5)]
            for i, w in enumerate(wires):
                w.send(f'GET /v1/search?q=sleep:4000+{i} HTTP/1.1\r\nHost: x\r\n\r\n')
            self.assertTrue(wait_for(lambda: waiting(server) == 4))
            server.signal(signal.SIGTERM)
            statuses = sorted(w.read().status for w in wires)
            self.assertEqual(statuses, [200, 503, 503, 503, 503])
            self.assertEqual(server.process.wait(WAIT_S * PATIENCE), 0, server.log())

    def test_stalled_clients_do_not_hold_it_up(self):
        options = ['--header-time-ms', '600000', '--idle-time-ms', '600000',
                   '--drain-time-ms', '600000']
        with Server(DOUBLE, options, INDEX) as server:
            wires = [server.wire() for _ in range(30)]
            for w in wires[:20]:
                w.send('GET /v1/search?q')
            server.stop()
            for w in wires:
                w.close()

    def test_under_load(self):
        with Server(DOUBLE, ['--workers', '3'], INDEX) as server:
            wrong = []
            stop_sent = threading.Event()

            def client(i):
                try:
                    w = server.wire()
                except OSError:
                    return
                n = 0
                while True:
                    n += 1
                    try:
                        w.send(f'GET /v1/search?q=c{i}n{n} HTTP/1.1\r\nHost: x\r\n\r\n')
                        a = w.read()
                    except OSError:
                        a = None
                    if a is None:
                        # Idle connections may be closed once the end has begun; the
                        # answer before would have said so if it was on its way out.
                        if not stop_sent.is_set():
                            wrong.append('closed early')
                        return
                    if a.status != 200:
                        wrong.append(a.status)
                    if a.headers.get('connection') == 'close':
                        return

            threads = [threading.Thread(target=client, args=(i,)) for i in range(16)]
            for t in threads:
                t.start()
            self.assertTrue(wait_for(lambda: server.figures('searches_total')[0] > 200))
            stop_sent.set()
            server.stop()
            for t in threads:
                t.join()
            self.assertEqual(wrong, [])


class Logs(unittest.TestCase):
    def test_json_and_slow_queries(self):
        options = ['--log-format', 'json', '--slow-query-ms', '100', '--cache', '0']
        query = 'sleep:200 "a=b" \u9f7f\u8f6e'
        target = '/v1/search?' + urlencode({'q': query, 'limit': 3})
        for how in ('hash', 'plain', 'off'):
            with Server(DOUBLE, [*options, '--query-log', how], INDEX) as server:
                ids = [server.get(target).headers['x-request-id'] for _ in range(2)]
                server.get('/v1/search?q=quick')
                server.get('/nothing')
                server.stop()
                lines = [json.loads(line) for line in server.log().splitlines()]
                for line in lines:
                    self.assertRegex(line['time'], r'^\d{4}-\d\d-\d\dT[0-9:.]+Z$')
                    self.assertIn(line['level'], ('info', 'warn'))
                requests = [line for line in lines if line['event'] == 'request']
                self.assertEqual([r['status'] for r in requests], [200, 200, 200, 404])
                self.assertEqual(requests[3]['problem'], 'no-route')
                self.assertEqual(requests[0]['id'], ids[0])
                slow = [line for line in lines if line['event'] == 'slow_query']
                self.assertEqual([s['id'] for s in slow if s['id'] in ids], ids)
                # No others, but for those that a busy machine was slow to answer.
                self.assertEqual([s['id'] for s in slow],
                                 [r['id'] for r in requests[:3] if r['us'] >= 100000])
                self.assertGreaterEqual(slow[0]['us'], 200000)
                self.assertEqual((slow[0]['limit'], slow[0]['chars']), (3, len(query)))
                self.assertEqual(slow[0].get('q'), query if how == 'plain' else None)
                self.assertEqual(slow[0].get('q_hash'), slow[1].get('q_hash'))
                self.assertEqual('q_hash' in slow[0], how == 'hash')
                if how != 'plain':
                    self.assertNotIn('sleep:200', server.log())


class Program(unittest.TestCase):
    def test_reload(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, 'jianwen.conf')

            def write(text):
                with open(config, 'w') as f:
                    f.write(text)

            write('[server]\nquery_chars = 5\nheader_time_ms = 600000\n')
            with Server(DOUBLE, ['--config', config], INDEX) as server:
                self.assertEqual(server.get('/v1/search?q=123456').status, 400)
                write('log_level = debug\n[server]\nquery_chars = 6\nheader_time_ms = 300\n')
                server.signal(signal.SIGHUP)
                self.assertTrue(wait_for(
                    lambda: server.get('/v1/search?q=123456').status == 200))
                with server.wire() as w:
                    w.send('GET /')
                    self.assertEqual(w.read().status, 408)
                write('[server]\nquery_chars = many\n')
                server.signal(signal.SIGHUP)
                self.assertTrue(wait_for(lambda: 'query_chars = many' in server.log()))
                self.assertEqual(server.get('/v1/search?q=123456').status, 200)
                server.stop()

    def test_unix_socket_and_ipv6(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'socket')
            for _ in range(2):
                with Server(DOUBLE, ['--listen', f'unix:{path}'], INDEX) as server:
                    with Wire(path) as w:
                        self.assertEqual(w.get('/v1/search?q=a').status, 200)
                    server.process.kill()  # leaves the socket's file behind
                    server.process.wait()
                self.assertTrue(os.path.exists(path))
            with Server(DOUBLE, ['--listen', f'unix:{path}'], INDEX) as server:
                server.stop()
            self.assertFalse(os.path.exists(path))
        with Server(DOUBLE, ['--listen', '[::1]:0'], INDEX) as server:
            with Wire(('::1', server.address[1])) as w:
                self.assertEqual(w.get('/healthz').status, 200)
            self.assertEqual(server.stop(), 0)

    def test_service_manager_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'notify')
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
                s.bind(path)
                s.settimeout(WAIT_S * PATIENCE)
                with Server(DOUBLE, [], INDEX, {'NOTIFY_SOCKET': path}) as server:
                    self.assertEqual(s.recv(100), b'READY=1')
                    server.stop()
                    self.assertEqual(s.recv(100), b'STOPPING=1')

    def healthy(self, *where):
        return self.run_server('--healthcheck', *where)[0] == 0

    def test_healthcheck(self):
        with Server(DOUBLE, [], INDEX) as server:
            port = server.address[1]
            there = ['--listen', f'127.0.0.1:{port}']
            everywhere = ['--listen', f'0.0.0.0:{port}', '--allow-remote', 'on']
            self.assertTrue(wait_for(lambda: self.healthy(*there)))
            self.assertTrue(wait_for(lambda: self.healthy(*everywhere)))
            server.freeze()
            self.assertEqual(self.run_server('--healthcheck', *there)[0], 1)
            server.signal(signal.SIGCONT)
            server.stop()
        with socket.socket() as nobody:
            # Bound, not listened on: no other program comes to answer there.
            nobody.bind(('127.0.0.1', 0))
            code, _, err = self.run_server('--healthcheck', '--listen', '127.0.0.1:%d' % nobody.getsockname()[1])
        self.assertEqual(code, 1)
        self.assertIn('cannot reach', err)

    def run_server(self, *options, environment=None):
        done = subprocess.run([SERVER, *options], stdout=subprocess.PIPE, timeout=WAIT_S * PATIENCE,
                              stderr=subprocess.PIPE, env={**os.environ, **(environment or {})})
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_exit_codes(self):
        code, out, _ = self.run_server('--help')
        self.assertEqual(code, 0)
        self.assertIn('--check-config', out)
        code, out, _ = self.run_server('--version')
        self.assertEqual((code, out.split()[0]), (0, 'jianwen-server'))
        self.assertEqual(self.run_server('--check-config')[0], 0)
        code, out, _ = self.run_server('--print-config', environment={'JIANWEN_CACHE': '7'})
        self.assertEqual(code, 0)
        self.assertIn('\ncache = 7\n', out)
        for options, said in ((['--nonsense', '1'], 'nonsense'), (['stray'], 'stray'),
                              (['--check-config', '--listen', '0.0.0.0:1'], 'allow_remote'),
                              (['--cache', 'x'], 'cache')):
            code, _, err = self.run_server(*options)
            self.assertEqual(code, 2)
            self.assertIn(said, err)
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            s.listen()
            port = s.getsockname()[1]
            code, _, err = self.run_server('--listen', f'127.0.0.1:{port}')
            self.assertEqual(code, 1)
            self.assertIn('listen', err)


if __name__ == '__main__':
    unittest.main(verbosity=2)
