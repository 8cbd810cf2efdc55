#!/usr/bin/env python3
"""Limits that need a server of their own: all connections, the time of a search."""
import os
import random
import sys
import tempfile
import unittest
from urllib.parse import quote

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import DOUBLE, PATIENCE, SERVER, WAIT_S, Server, article, index, wait_for


def text(rng, n):
    """Characters of which some are far more frequent than others."""
    return ''.join(chr(0x4E00 + int(800 * rng.random() ** 3)) for _ in range(n))


class Limits(unittest.TestCase):
    def test_connections(self):
        """Beyond the limit connections wait, and get their turn when others close."""
        with tempfile.TemporaryDirectory() as folder:
            place = os.path.join(folder, 'index')
            index(place, [article(1, '齿轮')])
            with Server(DOUBLE, ['--connections', '5'], place) as server:
                wires = [server.wire() for _ in range(5)]
                for w in wires:
                    self.assertEqual(w.get('/healthz').status, 200)
                late = server.wire()
                late.send('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
                late.sock.settimeout(0.5)
                with self.assertRaises(TimeoutError):
                    late.more()
                self.assertEqual(wires[0].get('/v1/stats').json['server']['connections'], 5)
                wires.pop().close()
                late.sock.settimeout(WAIT_S * PATIENCE)
                self.assertEqual(late.read().status, 200)
                for w in (*wires, late):
                    w.close()
                self.assertTrue(wait_for(lambda: server.get('/healthz').status == 200))
                server.stop()

    def test_time_of_a_search(self):
        """A search that would take longer is cut, and says so; what is found by then depends on the machine."""
        rng = random.Random(7)
        with tempfile.TemporaryDirectory() as folder:
            place = os.path.join(folder, 'index')
            index(place, [{'id': str(i), 'title': text(rng, 10), 'date': '2020-01-01',
                           'paragraphs': [text(rng, 200) for _ in range(4)]}
                          for i in range(1500)])
            queries = [quote(text(rng, 300)) for _ in range(10)]
            cut = set()
            for budget in (0, 1, 3, 10, 30, 100):
                options = ['--query-time-ms', str(budget), '--cache', '0']
                with Server(SERVER, options, place) as server, server.wire(60) as w:
                    for q in queries:
                        a = w.get(f'/v1/search?q={q}&match=any&limit=100')
                        self.assertEqual(a.status, 200)
                        if a.json['partial']:
                            cut.add(budget)
                            self.assertEqual(a.headers['cache-control'], 'no-store')
                            self.assertNotIn('etag', a.headers)
                    server.stop()
            self.assertIn(1, cut)
            self.assertNotIn(0, cut)


if __name__ == '__main__':
    unittest.main(verbosity=2)
