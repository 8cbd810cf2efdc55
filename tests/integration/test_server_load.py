#!/usr/bin/env python3
"""Saturation for minutes: 200 connections that always wait for an answer.

No answer but 200 and the refusals 429 and 503; memory stays flat; the wait is
bounded by the queue; after SIGTERM every request that was sent is answered.
JW_LOAD_SECONDS (300) makes it shorter."""
import os
import random
import signal
import sys
import tempfile
import threading
import time
import unittest
from urllib.parse import quote

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import PATIENCE, SERVER, Server, index, wait_for

CONNECTIONS = 200
SECONDS = float(os.environ.get('JW_LOAD_SECONDS', '300'))
QUEUE = 64
QUEUE_MS = 500
QUERY_MS = 200


def text(rng, n):
    """Characters with frequencies somewhat like those of a language."""
    return ''.join(chr(0x4E00 + int(2000 * rng.random() ** 3)) for _ in range(n))


def make_articles(n):
    rng = random.Random(1)
    return [{'id': f'load/{i}', 'title': text(rng, 12), 'date': f'20{10 + i % 12}-01-01',
             'source': '测试日报', 'paragraphs': [text(rng, 150) for _ in range(5)]}
            for i in range(n)]


class Load(unittest.TestCase):
    def memory(self, server):
        with open(f'/proc/{server.process.pid}/statm') as f:
            return int(f.read().split()[1]) * os.sysconf('SC_PAGESIZE') / 2 ** 20

    def client(self, server, number, stop, out):
        rng = random.Random(number)
        statuses, times = {}, []
        w = None
        try:
            w = server.wire(60)
            while True:
                stopping = stop.is_set()
                q = quote(text(rng, rng.choice((1, 2, 2, 3, 4, 6, 12, 40))))
                extra = rng.choice(('', '', '&facets=year,source', '&limit=50', '&sort=newest',
                                    '&match=any', '&unit=paragraph'))
                start = time.monotonic()
                w.send(f'GET /v1/search?q={q}{extra} HTTP/1.1\r\nHost: x\r\n\r\n')
                a = w.read()
                if a is None:
                    # A request that was sent as the connection was closed for good: only
                    # once the end had begun, and after an answer that said so.
                    statuses['closed'] = statuses.get('closed', 0) + (not stop.is_set())
                    break
                statuses[a.status] = statuses.get(a.status, 0) + 1
                times.append((time.monotonic() - start, a.status))
                if a.status in (429, 503) and a.headers.get('retry-after') is None:
                    statuses['no retry-after'] = 1
                if a.headers.get('connection') == 'close' or stopping:
                    break
        except OSError as e:
            if not stop.is_set():
                statuses[repr(e)] = 1
        finally:
            if w:
                w.close()
            out.append((statuses, times))

    def test_saturation(self):
        with tempfile.TemporaryDirectory(prefix='jw-load-') as folder:
            place = os.path.join(folder, 'index')
            index(place, make_articles(4000))
            options = ['--access-log', 'off', '--slow-query-ms', '0', '--cache', '0',
                       '--queue', str(QUEUE), '--queue-time-ms', str(QUEUE_MS),
                       '--query-time-ms', str(QUERY_MS)]
            with Server(SERVER, options, place) as server:
                stop, out = threading.Event(), []
                threads = [threading.Thread(target=self.client, args=(server, i, stop, out))
                           for i in range(CONNECTIONS)]
                for t in threads:
                    t.start()
                memory = []
                end = time.monotonic() + SECONDS
                while time.monotonic() < end:
                    time.sleep(SECONDS / 20)
                    memory.append(self.memory(server))
                descriptors = server.descriptors()
                stop.set()
                server.signal(signal.SIGTERM)
                for t in threads:
                    t.join()
                self.assertEqual(server.process.wait(20 * PATIENCE), 0, server.log())
                self.check(server, out, memory, descriptors)

    def check(self, server, out, memory, descriptors):
        statuses = {}
        for some, _ in out:
            for k, v in some.items():
                statuses[k] = statuses.get(k, 0) + v
        statuses.pop('closed', 0) and self.fail('a connection was closed without an answer')
        times = sorted(t for _, some in out for t, _ in some)
        p99 = times[int(0.99 * len(times))]
        served = sorted(t for _, some in out for t, status in some if status == 200)
        print(f'{len(times)} answers in {SECONDS:.0f} s: {statuses}; '
              f'p50 {1000 * times[len(times) // 2]:.0f} ms, p99 {1000 * p99:.0f} ms, served p99 '
              f'{1000 * served[int(0.99 * len(served))]:.0f} ms; memory '
              f'{memory[1]:.1f} -> {memory[-1]:.1f} MB; {descriptors} descriptors', flush=True)
        self.assertLessEqual(set(statuses), {200, 429, 503})
        self.assertGreater(statuses[200], 100)
        # What waited longest, what it took, and the client's own slowness.
        self.assertLess(p99, (QUEUE_MS + QUERY_MS + 1500) / 1000 * PATIENCE)
        quarter = len(memory) // 4
        first, last = max(memory[1:1 + quarter]), max(memory[-quarter:])
        self.assertLess(last, first * 1.1 + 4, memory)


if __name__ == '__main__':
    unittest.main(verbosity=2)
