#!/usr/bin/env python3
"""Slow clients in numbers, at the limits that are built in: slow heads, slow bodies,
many ranges, slow reading, 500 connections each, from one address.  Clients of
another address are served as before, one of the same address within 25 seconds;
afterwards nothing is left behind."""
import os
import selectors
import socket
import struct
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import DOUBLE, PATIENCE, Server, Wire, article, index, wait_for

FOLDER = tempfile.TemporaryDirectory(prefix='jw-index-')
INDEX = os.path.join(FOLDER.name, 'index')
CONNECTIONS = 500
SECONDS = 25
ATTACKER, OTHER = '127.0.0.2', '127.0.0.3'


def setUpModule():
    index(INDEX, [article(1, '齿轮')])


def connect(address, source, buffer=None):
    s = socket.socket()
    if buffer:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    s.settimeout(30 * PATIENCE)
    s.bind((source, 0))
    s.connect(address)
    return s


def ask(address, source, target='/v1/search?q=a'):
    """One request on a connection of its own.  @return its status and seconds."""
    w = Wire.__new__(Wire)
    start = time.monotonic()
    w.sock, w.rest = connect(address, source), b''
    with w:
        a = w.get(target, headers=['Connection: close'])
    return a.status, time.monotonic() - start


class Attack(threading.Thread):
    """Holds CONNECTIONS open, opening new ones for those that are closed: each sends
    `head`, then `drip` every two seconds; reads nothing, or a little, or all."""

    def __init__(self, address, head, drip=b'', read=65536, buffer=None):
        super().__init__()
        self.address, self.head, self.drip = address, head, drip
        self.read, self.buffer = read, buffer
        self.done = threading.Event()
        self.opened = self.closed = 0

    def open_one(self, selector):
        try:
            s = connect(self.address, ATTACKER, self.buffer)
            s.setblocking(False)
            selector.register(s, selectors.EVENT_READ)
            self.opened += 1
            s.send(self.head)
        except (BlockingIOError, ConnectionError):
            pass

    def close_one(self, selector, s):
        selector.unregister(s)
        s.close()
        self.closed += 1

    def run(self):
        with selectors.DefaultSelector() as selector:
            dripped = 0
            while not self.done.is_set():
                for _ in range(min(50, CONNECTIONS - len(selector.get_map()))):
                    self.open_one(selector)
                for key, _ in selector.select(0.2):
                    try:
                        if self.read and not key.fileobj.recv(self.read):
                            self.close_one(selector, key.fileobj)
                    except OSError:
                        self.close_one(selector, key.fileobj)
                if time.monotonic() - dripped > 2:
                    dripped = time.monotonic()
                    for key in list(selector.get_map().values()):
                        try:
                            if self.drip:
                                key.fileobj.send(self.drip)
                        except BlockingIOError:
                            pass
                        except OSError:
                            self.close_one(selector, key.fileobj)
                if not self.read:
                    time.sleep(0.2)
            for key in list(selector.get_map().values()):
                self.close_one(selector, key.fileobj)


BIG = b'GET /v1/search?q=hits:300+size:20000 HTTP/1.1\r\nHost: x\r\n\r\n'
ATTACKS = {
    'slow heads': dict(head=b'GET /v1/search?q=a HTTP/1.1\r\nHost: x\r\n', drip=b'X-A: b\r\n'),
    'slow bodies': dict(head=b'POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n',
                        drip=b'a=b&'),
    'many ranges': dict(head=b'GET /v1/search?q=hits:300 HTTP/1.1\r\nHost: x\r\nRange: bytes=0-'
                        + b''.join(b',%d-%d' % (i, i + 5) for i in range(1000)) + b'\r\n\r\n'),
    'slow reading': dict(head=BIG * 3, read=0, buffer=1024),
}


class Attacks(unittest.TestCase):
    def test_each(self):
        with Server(DOUBLE, ['--access-log', 'off'], INDEX) as server:
            ask(server.address, OTHER, '/v1/search?q=hits:300+size:20000')
            idle = server.descriptors()
            usual = max(ask(server.address, OTHER)[1] for _ in range(50))
            for name, how in ATTACKS.items():
                with self.subTest(attack=name):
                    self.attack(server, name, how, usual)
                self.assertTrue(wait_for(lambda: server.descriptors() <= idle, 30),
                                f'{name}: {server.descriptors()} descriptors, {idle} before')
            server.stop()

    def attack(self, server, name, how, usual):
        attack = Attack(server.address, **how)
        same, took = [], []

        def same_address():
            """A client that shares the attacker's address, and asks until it is served."""
            start = time.monotonic()
            while time.monotonic() - start < 30 * PATIENCE:
                try:
                    if ask(server.address, ATTACKER)[0] == 200:
                        break
                except (OSError, AttributeError, AssertionError):
                    time.sleep(0.2)
            same.append(time.monotonic() - start)

        attack.start()
        try:
            time.sleep(2)
            neighbour = threading.Thread(target=same_address)
            neighbour.start()
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                status, seconds = ask(server.address, OTHER)
                self.assertEqual(status, 200)
                took.append(seconds)
                time.sleep(0.05)
            neighbour.join()
        finally:
            attack.done.set()
            attack.join()
        took.sort()
        print(f'{name}: {attack.opened} connections; another address: {len(took)} requests, median '
              f'{1000 * took[len(took) // 2]:.1f} ms, worst {1000 * took[-1]:.0f} ms (at rest '
              f'{1000 * usual:.1f} ms); the same address after {same[0]:.1f} s', flush=True)
        self.assertGreaterEqual(attack.opened, CONNECTIONS)
        self.assertLess(took[int(len(took) * 0.95)], 0.25 * PATIENCE)
        self.assertLess(same[0], 25 * PATIENCE)

    def test_reset_storm(self):
        """5,000 connections that are reset in the middle of all kinds of things."""
        with Server(DOUBLE, ['--access-log', 'off'], INDEX) as server:
            ask(server.address, OTHER)
            before = server.descriptors()
            parts = (b'', b'G', b'GET /v1/search?q=sleep:3 HTTP/1.1\r\nHost: x\r\n\r\n', BIG,
                     b'\0' * 3000, b'GET /' + b'x' * 40000,
                     b'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n')
            for i in range(5000):
                s = connect(server.address, ATTACKER)
                try:
                    s.sendall(parts[i % len(parts)])
                except ConnectionError:
                    pass
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                s.close()
            self.assertEqual(ask(server.address, OTHER)[0], 200)
            self.assertTrue(wait_for(lambda: server.descriptors() <= before, 20))
            server.stop()


if __name__ == '__main__':
    unittest.main(verbosity=2)
