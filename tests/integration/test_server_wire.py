#!/usr/bin/env python3
"""HTTP as it is on the wire: statuses, headers, broken requests, limits.

The searches are the double's (tests/server/search_double.c); their answers do
not matter here, how they travel does.
"""
import contextlib
import os
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import DOUBLE, WAIT_S, Server, Wire, article, gunzip, index, wait_for

FOLDER = tempfile.TemporaryDirectory(prefix='jw-index-')
INDEX = os.path.join(FOLDER.name, 'index')
HALF_HEADS = ('GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ', 'GET /healt', 'G')


def setUpModule():
    index(INDEX, [article(1, '齿轮')])


class WithServer(unittest.TestCase):
    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(DOUBLE, cls.OPTIONS, INDEX)

    @classmethod
    def tearDownClass(cls):
        with cls.server:
            cls.server.stop()


class Statuses(WithServer):
    def test_each_status(self):
        for method, target, status, problem in [
                ('GET', '/healthz', 200, None),
                ('GET', '/readyz', 200, None),
                ('GET', '/v1/search?q=a', 200, None),
                ('GET', '/v1/articles/test/00001', 200, None),
                ('GET', '/v1/analyze?text=a', 200, None),
                ('GET', '/v1/stats', 200, None),
                ('OPTIONS', '/v1/search', 204, None),
                ('GET', '/v1/search', 400, 'bad-parameter'),
                ('GET', '/v1/search?q=%00', 400, 'bad-parameter'),
                ('GET', '/v1/search?q=%FF', 400, 'bad-parameter'),
                ('GET', '/v1/search?q=' + 'x' * 2000, 400, 'bad-parameter'),
                ('GET', '/v1/search?q=a&limt=3', 400, 'unknown-parameter'),
                ('GET', '/nothing', 404, 'no-route'),
                ('GET', '/v1/articles/missing', 404, 'no-article'),
                ('POST', '/v1/search?q=a', 405, 'method-not-allowed'),
                ('DELETE', '/healthz', 405, 'method-not-allowed'),
                ('BREW', '/healthz', 405, 'method-not-allowed'),
                ('GET', '/v1/search?q=fail:corrupt', 503, 'index-damaged')]:
            with self.subTest(method=method, target=target[:60]):
                a = self.server.get(target, method)
                self.assertEqual(a.status, status)
                self.assertRegex(a.headers['x-request-id'], '^[0-9a-f]{16}$')
                if problem:
                    self.assertEqual(a.headers['content-type'], 'application/problem+json')
                    self.assertEqual(a.problem, problem)
                    self.assertEqual(a.json['status'], status)
                    self.assertIn(a.headers['x-request-id'], a.json['instance'])
                if status in (204, 405):
                    self.assertEqual(a.headers['allow'], 'GET, HEAD, OPTIONS')
                if status == 503:
                    self.assertGreater(int(a.headers['retry-after']), 0)
                if a.body:
                    self.assertEqual(a.headers['x-content-type-options'], 'nosniff')

    def test_head_is_get_without_the_body(self):
        with self.server.wire() as w:
            for target in ('/healthz', '/v1/search?q=a', '/v1/search', '/nothing'):
                get, head = w.get(target), w.get(target, 'HEAD')
                self.assertEqual(head.status, get.status)
                self.assertEqual(head.body, b'')
                drop = ('x-request-id', 'date')
                self.assertEqual({k: v for k, v in head.headers.items() if k not in drop},
                                 {k: v for k, v in get.headers.items() if k not in drop})

    def test_not_modified(self):
        with self.server.wire() as w:
            first = w.get('/v1/search?q=a&limit=3')
            tag = first.headers['etag']
            self.assertRegex(tag, '^W/"[0-9a-f]{16}"$')
            self.assertEqual(first.headers['cache-control'], 'no-cache')
            again = w.get('/v1/search?limit=3&q=a', headers=[f'If-None-Match: "x", {tag}'])
            self.assertEqual((again.status, again.body), (304, b''))
            self.assertEqual(again.headers['etag'], tag)
            self.assertEqual(again.headers['vary'], 'Accept-Encoding')
            other = w.get('/v1/search?limit=4&q=a', headers=[f'If-None-Match: {tag}'])
            self.assertEqual(other.status, 200)

    def test_gzip(self):
        with self.server.wire() as w:
            plain = w.get('/v1/search?q=hits:9')
            for _ in range(2):
                small = w.get('/v1/search?q=hits:9', headers=['Accept-Encoding: gzip'])
                self.assertEqual(small.headers['content-encoding'], 'gzip')
                self.assertEqual(small.headers['vary'], 'Accept-Encoding')
                self.assertLess(len(small.body), len(plain.body) / 3)
                self.assertEqual(gunzip(small.body), plain.body)
            self.assertNotIn('content-encoding', plain.headers)
            self.assertEqual(plain.headers['vary'], 'Accept-Encoding')
            tiny = w.get('/v1/search?q=hits:0', headers=['Accept-Encoding: gzip'])
            self.assertNotIn('content-encoding', tiny.headers)

    def test_kept_answers_need_no_worker(self):
        with self.server.wire() as w:
            w.get('/v1/search?q=kept')
            searches, hits = self.server.figures('searches_total', 'cache_hits_total')
            for _ in range(5):
                self.assertEqual(w.get('/v1/search?q=kept&offset=0').status, 200)
            self.assertEqual(self.server.figures('searches_total', 'cache_hits_total'), [searches, hits + 5])
            workers = self.server.figures('workers')[0]
            # On a busy machine a worker may be free again before the question is asked.
            self.assertTrue(any(self.beside(workers, lambda: w.get('/v1/search?q=kept')) for _ in range(5)))

    def beside(self, workers, ask):
        """Give each worker something to do and ask.  @return whether the answer came before one was done."""
        with contextlib.ExitStack() as stack:
            wires = [stack.enter_context(self.server.wire()) for _ in range(workers)]
            before = self.server.figures('searches_total')
            for i, w in enumerate(wires):
                w.send(f'GET /v1/search?q=sleep:1500+{i}+{before[0]} HTTP/1.1\r\nHost: x\r\n\r\n')
            busy = wait_for(lambda: self.server.figures('workers_busy') == [workers], 1)
            ask()
            after = self.server.figures('searches_total')
            for w in wires:
                self.assertEqual(w.read().status, 200)
            return busy and after == before

    def test_headers_cannot_be_forged(self):
        a = self.server.get('/v1/search?q=a%0d%0aSet-Cookie:%20x=1&b%0d%0aX-Y:z=1')
        self.assertEqual(a.status, 400)
        self.assertFalse({'set-cookie', 'x-y'} & set(a.headers))
        self.server.get('/nothing%0a2026-01-01T00:00:00.000Z%20error%20forged')
        self.assertNotIn('\n2026-01-01T00:00:00.000Z error', self.server.log())


class Framing(WithServer):
    OPTIONS = ('--header-time-ms', '5000')

    def test_pipelining(self):
        targets = [f'/v1/search?q=a{i}' if i % 3 else f'/nothing/{i}' for i in range(60)]
        one_by_one = [self.server.get(t) for t in targets]
        with self.server.wire() as w:
            w.send(''.join(f'GET {t} HTTP/1.1\r\nHost: x\r\n\r\n' for t in targets))
            for t, wanted in zip(targets, one_by_one):
                a = w.read()
                self.assertEqual(a.status, wanted.status, t)
                if a.status == 200:
                    self.assertEqual(a.body, wanted.body)

    def test_http_1_0(self):
        with self.server.wire() as w:
            w.send('GET /healthz HTTP/1.0\r\n\r\n')
            self.assertEqual(w.read().status, 200)
            self.assertTrue(w.closed())

    def test_connection_close(self):
        with self.server.wire() as w:
            self.assertEqual(w.get('/healthz', headers=['Connection: close']).status, 200)
            self.assertTrue(w.closed())

    def test_bodies_are_refused(self):
        for method, status in (('GET', 413), ('HEAD', 413), ('POST', 405), ('PUT', 405)):
            for framing in ('Content-Length: 5', 'Transfer-Encoding: chunked',
                            'Content-Length: 99999999999'):
                with self.server.wire() as w:
                    a = w.get('/v1/search?q=a', method, [framing])
                    self.assertEqual(a.status, status, (method, framing))
                    self.assertTrue(w.closed())
        with self.server.wire() as w:
            self.assertEqual(w.get('/healthz', headers=['Content-Length: 0']).status, 200)
            self.assertEqual(w.get('/healthz').status, 200)

    def test_what_can_be_read_in_two_ways(self):
        """Requests that two programs could cut differently are refused, the connection
        closed: what follows must not count as a request."""
        for head in ('Content-Length: 5\r\nContent-Length: 0',
                     'Content-Length: 0\r\nContent-Length: 0',
                     'Content-Length: 0\r\nTransfer-Encoding: chunked',
                     'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
                     'Transfer-Encoding: xchunked',
                     'Content-Length : 5',
                     'Content-Length: +5',
                     'Content-Length: 5,5',
                     'Content-Length: 0x5',
                     'Content-Length: 18446744073709551621',
                     'Content Length: 5',
                     'X\x01Y: 5',
                     'no colon at all'):
            with self.server.wire() as w:
                w.send(f'GET /healthz HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n'
                       'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
                while w.more():
                    pass
                self.assertTrue(w.rest == b'' or w.rest.startswith((b'HTTP/1.1 400 ',
                                                                    b'HTTP/1.1 413 ')), head)
                self.assertNotIn(b' 200 ', w.rest, head)

    def test_garbage(self):
        for junk in (b'\r\n\r\n\r\n\r\n', b'\0' * 100 + b'\r\n\r\n', b'GET\r\n\r\n',
                     b'GET /\r\n\r\n', b'GET / HTTP/9.9\r\n\r\n', b'\x16\x03\x01\x02\x00' * 20,
                     b'GET / HTTP/1.1\r\n\r\n', b'GET / HTTP/1.1\n\n', b'A' * 100 + b'\r\n\r\n',
                     b'GET /healthz\0 HTTP/1.1\r\nHost: x\r\n\r\n',
                     b'GET /v1/search?q=a b HTTP/1.1\r\nHost: x\r\n\r\n',
                     b'GET /v1/search?q=a HTTP/1.1\r\nHost: x\0y\r\nA: b\r\n\r\n',
                     b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'):
            with self.server.wire() as w:
                w.send(junk)
                w.sock.shutdown(socket.SHUT_WR)
                while w.more():
                    pass
                self.assertNotIn(b' 500 ', w.rest, junk)
        self.assertEqual(self.server.get('/healthz').status, 200)

    def test_many_headers(self):
        lines = ''.join(f'X-{i}: {i}\r\n' for i in range(3000))
        with self.server.wire() as w:
            w.send(f'GET /healthz HTTP/1.1\r\nHost: x\r\n{lines}\r\n')
            self.assertIn(w.read().status, (400, 413, 431))

    def test_reset_storm_leaves_nothing(self):
        self.storm()  # After it each worker has opened the index.
        self.assertTrue(wait_for(lambda: self.server.figures('connections') == [1]))
        before = self.server.descriptors()
        self.storm()
        self.assertTrue(wait_for(lambda: self.server.descriptors() <= before),
                        f'{self.server.descriptors()} descriptors, {before} before')

    def storm(self):
        for i in range(300):
            w = self.server.wire()
            if i % 3 == 0:
                w.send('GET /v1/search?q=sleep:5 HTTP/1.1\r\nHost: x\r\n\r\n')
            elif i % 3 == 1:
                w.send('GET /v1/sea')
            linger = struct.pack('ii', 1, 0)  # close() sends RST
            w.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            w.close()


class NoDeadline(WithServer):
    """Deadlines beyond all patience: what ends does not end by them."""

    OPTIONS = ('--header-time-ms', '3600000', '--idle-time-ms', '3600000')

    def half_closed(self, request, at_once):
        """Send and close the sending half.  @return the answers' statuses, once the server
        has hung up.  at_once: it finds both in one look."""
        with self.server.wire() as w:
            self.assertEqual(w.get('/healthz').status, 200)
            if at_once:
                self.server.freeze()
            w.send(request)
            w.sock.shutdown(socket.SHUT_WR)
            if at_once:
                self.server.signal(signal.SIGCONT)
            statuses = []
            while (a := w.read()):
                statuses.append(a.status)
            return statuses

    def test_whole_requests_are_answered(self):
        """A whole request is answered, whenever the end of the stream is seen; then, and
        after half a request, the server hangs up without waiting for a deadline."""
        for at_once in (False, True):
            slow = [f'GET /v1/search?q=sleep:5{i}+{at_once} HTTP/1.1\r\nHost: x\r\n\r\n'
                    for i in range(3)]
            quick = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
            for request, statuses in ((slow[0], [200]), (quick, [200]),
                                      (slow[1] + quick + slow[2], [200] * 3),
                                      (quick[:20], []), ('', [])):
                with self.subTest(request=request, at_once=at_once):
                    self.assertEqual(self.half_closed(request, at_once), statuses)

    def test_heads_of_any_size(self):
        """Up to the limit an answer, beyond it a 4xx; never silence."""
        for n in [*range(1000, 40000, 1500), *range(32400, 32900, 12), 70000, 300000]:
            for request in (f'GET /v1/search?q={"x" * n} HTTP/1.1\r\nHost: x\r\n\r\n',
                            f'GET /v1/search?{"&" * (n % 7)}{"a&" * (n // 2)} HTTP/1.0\r\n\r\n',
                            f'GET /v1/search?q={"x" * 7000} HTTP/1.1\r\nHost: x\r\nCookie: {"a=1;" * (n // 4)}\r\n\r\n',
                            f'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: {"x" * n}\r\n\r\n'):
                with self.server.wire() as w:
                    try:
                        w.send(request)
                    except (BrokenPipeError, ConnectionResetError):
                        pass
                    a = w.read()
                    self.assertIsNotNone(a, (n, request[:20]))
                    self.assertTrue(a.status == 200 or 400 <= a.status < 500, (n, a.status))

    def test_split_anywhere(self):
        request = b'GET /v1/search?q=%E9%BD%BF HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n'
        with self.server.wire() as w:
            for size in (1, 2, 7, 37):
                for at in range(0, len(request), size):
                    w.send(request[at:at + size])
                    time.sleep(0.001)
                self.assertEqual(w.read().json['query'], '齿')

    def test_slow_heads_do_not_hold_up_others(self):
        wires = [self.server.wire() for _ in range(60)]
        for i, w in enumerate(wires):
            w.send(HALF_HEADS[i % 3])
        for i in range(20):
            self.assertEqual(self.server.get(f'/v1/search?q=a{i}').status, 200)
            wires[i].send('a')
        for w in wires:
            w.close()


class SlowClients(WithServer):
    OPTIONS = ('--header-time-ms', '700', '--idle-time-ms', '1000', '--send-time-ms', '1000')

    def trickle(self, w, head, step=0.1):
        """Send a head that never ends.  @return when the server hung up; fails when it does not."""
        start = time.monotonic()
        w.sock.settimeout(step)
        while time.monotonic() - start < WAIT_S:
            try:
                w.send(head)
                head = 'a'
                if not w.more():
                    break
            except socket.timeout:
                continue
            except (BrokenPipeError, ConnectionResetError):
                w.more()  # What was said before.
                break
        else:
            raise AssertionError('the server goes on reading a head')
        return time.monotonic()

    def answers(self, *targets):
        """@return a connection that has had these answers, and the last one; on a busy machine
        this program may be too slow to ask in time, so there are some tries."""
        for _ in range(20):
            w = self.server.wire()
            try:
                if all((a := w.get(t)) and a.status == 200 for t in targets):
                    return w, a
            except (BrokenPipeError, ConnectionResetError):
                pass
            w.close()
        raise AssertionError(f'{targets}: hung up on before the answer')

    def test_slow_head_is_cut(self):
        told, took = [None] * 60, [None] * 60

        def run(i):
            begun = time.monotonic()
            with self.server.wire() as w:
                took[i] = self.trickle(w, HALF_HEADS[i % 3]) - begun
                told[i] = w.rest.startswith(b'HTTP/1.1 408 ')

        threads = [threading.Thread(target=run, args=(i,)) for i in range(len(took))]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        # All ended; not before the time, and most were told why.
        self.assertGreater(min(took), 0.6)
        self.assertGreater(sum(told), len(told) / 2)

    def test_silence_is_cut(self):
        with self.server.wire() as w:
            while w.more():
                pass
            self.assertTrue(w.rest == b'' or w.rest.startswith(b'HTTP/1.1 408 '))

    def test_slow_head_after_an_answer(self):
        for first in ('GET /healthz HTTP/1.1\r\nX: ', 'G'):
            with self.answers('/healthz')[0] as w:
                self.trickle(w, first)

    def test_slow_reader_is_cut(self):
        """What the system has taken over is out of our hands; the connection is not."""
        def connections():
            w, answer = self.answers('/v1/stats')
            w.close()
            return answer.json['server']['connections']

        self.assertTrue(wait_for(lambda: connections() == 1))
        done = threading.Event()
        start = time.monotonic()
        with self.server.wire() as w:
            w.send('GET /v1/search?q=hits:300+size:100000 HTTP/1.1\r\nHost: x\r\n\r\n')
            self.assertTrue(w.sock.recv(1))

            def read_slowly():
                try:
                    while not done.is_set() and w.sock.recv(500):
                        time.sleep(0.02)
                except OSError:
                    pass

            reader = threading.Thread(target=read_slowly)
            reader.start()
            seen = connections()
            if time.monotonic() - start < 0.5:
                self.assertGreaterEqual(seen, 2)
            self.assertTrue(wait_for(lambda: connections() == 1))
            self.assertGreater(time.monotonic() - start, 0.5)
            done.set()
            reader.join()

    def test_working_takes_as_long_as_it_takes(self):
        """The deadlines are for clients, not for searches."""
        self.answers('/v1/search?q=sleep:1800', '/healthz')[0].close()


class Limits(unittest.TestCase):
    def test_connections_of_one_address(self):
        with Server(DOUBLE, ['--connections-per-address', '5'], INDEX) as server:
            wires = [server.wire() for _ in range(12)]
            served = 0
            for w in wires:
                try:
                    served += w.get('/healthz') is not None
                except (BrokenPipeError, ConnectionResetError):
                    pass
            self.assertEqual(served, 5)
            for w in wires:
                w.close()
            self.assertTrue(wait_for(lambda: self.works(server)))
            server.stop()

    @staticmethod
    def works(server):
        try:
            return server.get('/healthz').status == 200
        except (AttributeError, OSError):
            return False

    def test_rate(self):
        with Server(DOUBLE, ['--rate', '1', '--rate-burst', '3'], INDEX) as server:
            with server.wire() as w:
                start = time.monotonic()
                answers = [w.get('/v1/search?q=a') for _ in range(40)]
                self.assertEqual([a.status for a in answers[:3]], [200] * 3)
                refused = [a for a in answers if a.status == 429]
                # One more a second.
                self.assertGreaterEqual(len(refused), 40 - 3 - 1 - (time.monotonic() - start))
                self.assertEqual(refused[0].problem, 'too-many-requests')
                self.assertEqual(refused[0].headers['retry-after'], '1')
                self.assertEqual(w.get('/healthz').status, 200)
            server.stop()

    def test_query_chars(self):
        with Server(DOUBLE, ['--query-chars', '5'], INDEX) as server:
            self.assertEqual(server.get('/v1/search?q=%E9%BD%BF%E8%BD%AE%E5%9F%8E12').status, 200)
            a = server.get('/v1/search?q=123456')
            self.assertEqual((a.status, a.json['parameter']), (400, 'q'))
            server.stop()


if __name__ == '__main__':
    unittest.main(verbosity=2)
