"""machine.py - what is installed, what it is called, processes and their memory."""
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

PACKAGES = ['groonga-bin', 'liblucene8-java', 'openjdk-17-jdk-headless', 'python3-xapian',
            'libxapian-dev', 'sqlite3', 'wrk', 'zstd']


def installed(package):
    """@return the version, or None."""
    done = subprocess.run(['dpkg-query', '-W', '-f=${Status}\t${Version}', package],
                          capture_output=True, text=True, check=False)
    status, _, version = done.stdout.partition('\t')
    return version if status == 'install ok installed' else None


def install():
    missing = [p for p in PACKAGES if not installed(p)]
    if not missing:
        return
    root = [] if os.geteuid() == 0 else ['sudo']
    print('installing:', *missing, file=sys.stderr)
    env = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    subprocess.run([*root, 'apt-get', 'update', '-qq'], check=True, env=env)
    subprocess.run([*root, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends',
                    *missing], check=True, env=env, stdout=subprocess.DEVNULL)


def description():
    with open('/proc/cpuinfo', encoding='utf-8') as f:
        model = re.search(r'model name\s*:\s*(.*)', f.read())
    with open('/etc/os-release', encoding='utf-8') as f:
        system = re.search(r'PRETTY_NAME="(.*)"', f.read())
    pages = os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
    return {'cpu': model.group(1) if model else 'unknown', 'cores': os.cpu_count(),
            'memory_gib': round(pages / 2**30), 'load': os.getloadavg()[0], 'system': system.group(1) if system else 'unknown',
            'versions': {p: installed(p) for p in [*PACKAGES, 'libmicrohttpd-dev']}}


def lucene_classpath():
    folder = '/usr/share/java'
    jars = [os.path.join(folder, n) for n in sorted(os.listdir(folder))
            if re.fullmatch(r'lucene-(core|analyzers-common)(-[\d.]+)?\.jar', n)]
    return ':'.join(jars)


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(top, name))
               for top, _, names in os.walk(folder) for name in names)


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def timed(command):
    """@return seconds and the most memory the processes had, in MB."""
    start = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ,
                          file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise RuntimeError(f'{command[0]} failed: {" ".join(command)}')
    return time.monotonic() - start, usage.ru_maxrss / 1024


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Service:
    """A server process; `with` ends it."""

    def __init__(self, command, port, probe):
        self.url = f'http://127.0.0.1:{port}'
        self.began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.seconds_to_answer = self._wait(probe)

    def _wait(self, probe):
        while time.monotonic() - self.began < 60:
            try:
                with urllib.request.urlopen(self.url + probe, timeout=30) as answer:
                    answer.read()
                    return time.monotonic() - self.began
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.001)
        self.process.kill()
        raise RuntimeError('no answer from ' + ' '.join(self.process.args))

    def cpu_seconds(self):
        """@return what the process has used of the processors."""
        with open(f'/proc/{self.process.pid}/stat', encoding='utf-8') as f:
            fields = f.read().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def memory(self):
        """@return MB resident: its own (anonymous) and with mapped files."""
        with open(f'/proc/{self.process.pid}/status', encoding='utf-8') as f:
            text = f.read()
        kib = {key: int(value) for key, value in re.findall(r'^(Rss\w+|VmRSS):\s+(\d+) kB', text, re.M)}
        return {'own_mb': kib['RssAnon'] / 1024, 'all_mb': kib['VmRSS'] / 1024}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
