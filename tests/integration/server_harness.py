"""What the tests of the running server share: an index, a server, raw HTTP."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zlib

SERVER = os.environ.get('JW_SERVER', '')
DOUBLE = os.environ.get('JW_SERVER_DOUBLE', '')
INDEXER = os.environ.get('JW_INDEXER', '')
# A sanitizer makes everything slower; waiting times are stretched, never the limits tested.
PATIENCE = float(os.environ.get('JW_PATIENCE', '1'))
# How long something that is going to happen is waited for, in seconds.  Only a failure
# takes as long; a machine that has much else to do must not look like one.
WAIT_S = 60
# Time budgets change answers on a slow machine; a test that is about one sets it itself.
UNHURRIED = {'JIANWEN_QUERY_TIME_MS': '0', 'JIANWEN_QUEUE_TIME_MS': '600000',
             'JIANWEN_DRAIN_TIME_MS': '600000'}


def article(number, word, paragraphs=3):
    """An article about nothing, that says `word` in each paragraph."""
    return {
        'id': f'test/{number:05d}',
        'title': f'第{number}号车间的{word}',
        'date': f'20{10 + number % 10}-0{1 + number % 9}-15',
        'source': '测试日报' if number % 2 else '测试晚报',
        'paragraphs': [f'第{number}篇第{p}段：{word}在第{number * 7 + p}号车间装配，验收合格。'
                       for p in range(paragraphs)],
    }


def index(folder, articles, verb='import'):
    """Write articles into the index with jianwen-indexer."""
    lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles)
    done = subprocess.run([INDEXER, '--index', folder, verb, '-'], input=lines.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr.decode()


class Answer:
    """One HTTP answer: status, headers (lower-case names), body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        return self.json['type'].rsplit(':', 1)[1]


class Wire:
    """A connection, byte by byte if need be."""

    def __init__(self, address, timeout=WAIT_S):
        family = socket.AF_UNIX if isinstance(address, str) else (
            socket.AF_INET6 if ':' in address[0] else socket.AF_INET)
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(timeout * PATIENCE)
        self.sock.connect(address)
        self.rest = b''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def read(self, head=False):
        """The next answer; None when the server has hung up before one."""
        while b'\r\n\r\n' not in self.rest:
            if not self.more():
                assert not self.rest, self.rest
                return None
        top, self.rest = self.rest.split(b'\r\n\r\n', 1)
        lines = top.decode('latin-1').split('\r\n')
        headers = {}
        for line in lines[1:]:
            name, value = line.split(':', 1)
            headers[name.lower()] = value.strip()
        status = int(lines[0].split(' ')[1])
        length = int(headers.get('content-length', 0))
        if head or status in (204, 304):
            length = 0
        while len(self.rest) < length:
            assert self.more(), 'the answer ends too early'
        body, self.rest = self.rest[:length], self.rest[length:]
        return Answer(status, headers, body)

    def more(self):
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            data = b''
        self.rest += data
        return bool(data)

    def get(self, target, method='GET', headers=()):
        lines = [f'{method} {target} HTTP/1.1', 'Host: x', *headers, '', '']
        self.send('\r\n'.join(lines))
        return self.read(head=method == 'HEAD')

    def closed(self):
        """Whether the server has hung up."""
        return not self.more()


class Server:
    """A running server on a free port, with a folder of its own."""

    def __init__(self, program, options=(), folder=None, environment=None):
        self.folder = tempfile.mkdtemp(prefix='jw-server-')
        self.index = folder or os.path.join(self.folder, 'index')
        self.log_path = os.path.join(self.folder, 'log')
        port_file = os.path.join(self.folder, 'port')
        command = [program, '--index', self.index, '--listen', '127.0.0.1:0',
                   '--port-file', port_file, *options]
        environment = {**os.environ, **UNHURRIED, **(environment or {})}
        with open(self.log_path, 'wb') as log:
            self.process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL,
                                            env=environment)
        self.address = None
        deadline = time.monotonic() + WAIT_S * PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            if os.path.exists(port_file):
                with open(port_file) as f:
                    self.address = ('127.0.0.1', int(f.read()))
                return
            time.sleep(0.01)
        raise AssertionError(f'the server did not start: {self.log()}')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        with open(self.log_path, 'rb') as f:
            return f.read().decode('utf-8', 'replace')

    def wire(self, timeout=WAIT_S):
        return Wire(self.address, timeout)

    def get(self, target, method='GET', headers=(), timeout=WAIT_S):
        with self.wire(timeout) as w:
            return w.get(target, method, headers)

    def figures(self, *names):
        """What /metrics has under these names, all at one time; the server needs no worker for it."""
        text = self.get('/metrics').body.decode()
        return [int(re.search(rf'^jianwen_{name} (\d+)$', text, re.M)[1]) for name in names]

    def signal(self, number):
        self.process.send_signal(number)

    def freeze(self):
        """SIGSTOP; returns when every thread has stopped, which the signal does not wait for."""
        self.signal(signal.SIGSTOP)
        assert wait_for(lambda: set(self.thread_states()) == {'T'}), self.thread_states()

    def thread_states(self):
        """The letter of each thread's state, as in proc(5)."""
        folder = f'/proc/{self.process.pid}/task'
        states = []
        for thread in os.listdir(folder):
            with open(f'{folder}/{thread}/stat') as f:
                states.append(f.read().rpartition(')')[2].split()[0])
        return states

    def stop(self, timeout=WAIT_S):
        """SIGTERM; @return the exit code, which a sanitizer makes non-zero."""
        self.signal(signal.SIGTERM)
        code = self.process.wait(timeout * PATIENCE)
        assert code == 0, f'exit {code}: {self.log()}'
        return code

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.process.pid}/fd'))


def wait_for(condition, seconds=WAIT_S):
    """Poll until condition() holds; @return whether it came to hold."""
    deadline = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def middle(values):
    """The middle one: what a machine does that now and then stands still for a moment."""
    return sorted(values)[len(values) // 2]


def seconds_until(condition):
    """Poll until condition(), a question to a server, holds.  @return how long that took, but for
    what this machine takes for ten such questions at present; None: it did not come to hold."""
    questions = []

    def look():
        begun = time.monotonic()
        holds = condition()
        questions.append(time.monotonic() - begun)
        return holds

    start = time.monotonic()
    came = wait_for(look)
    return time.monotonic() - start - 10 * middle(questions) if came else None


def gunzip(data):
    return zlib.decompress(data, 15 + 16)
