#!/usr/bin/env python3
"""How long a search takes, through HTTP, on one connection: p50 and p99 by length of the query, by tier, with filters,
facets and grouping; and of queries that are made to be slow.

latency.py [--build DIR] [--corpus FILE.jsonl[.zst]] [--index DIR] [--queries N] [--budget MS]
The corpus is in the import format (default: ../shared beside the project).  Other work on the machine shows in p99:
compare the rows of one run with each other.
"""
import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlencode

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SEED = 20210630
HAN = re.compile(r'[\u4e00-\u9fff]{2,}')
SLOWEST_ALLOWED_MS = 100


def read_corpus(path):
    if path.endswith('.zst'):
        text = subprocess.run(['zstd', '-dc', path], stdout=subprocess.PIPE, check=True).stdout
    else:
        with open(path, 'rb') as f:
            text = f.read()
    return [json.loads(line) for line in text.splitlines()]


class Server:
    def __init__(self, build, index, budget_ms):
        port_file = index + '.port'
        if os.path.exists(port_file):
            os.unlink(port_file)
        environment = {**os.environ, 'JIANWEN_CONFIG': os.devnull, 'JIANWEN_CACHE': '0',
                       'JIANWEN_QUERY_TIME_MS': str(budget_ms)}
        self.process = subprocess.Popen([os.path.join(build, 'server/jianwen-server'), '--index', index, '--listen',
                                         '127.0.0.1:0', '--port-file', port_file, '--query-chars', '3000'], stderr=subprocess.DEVNULL, env=environment)
        while not os.path.exists(port_file):
            if self.process.poll() is not None:
                sys.exit('the server did not start')
            time.sleep(0.01)
        with open(port_file, encoding='ascii') as f:
            self.connection = http.client.HTTPConnection('127.0.0.1', int(f.read()), timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def cpu_ms(self):
        """What all threads of the server have computed so far: other work on the machine does not count."""
        total = 0
        for task in os.listdir(f'/proc/{self.process.pid}/task'):
            with open(f'/proc/{self.process.pid}/task/{task}/schedstat', encoding='ascii') as f:
                total += int(f.read().split()[0])
        return total / 1e6

    def ask(self, q, **parameters):
        """@return (milliseconds, answer)."""
        target = '/v1/search?' + urlencode({'q': q, **parameters})
        start = time.perf_counter()
        self.connection.request('GET', target)
        answer = self.connection.getresponse()
        body = answer.read()
        took = 1000 * (time.perf_counter() - start)
        if answer.status != 200:
            sys.exit(f'{q[:40]}: {answer.status} {body.decode()}')
        return took, json.loads(body)


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def row(server, name, queries, **parameters):
    for q in queries[:20]:
        server.ask(q, **parameters)  # warm
    before = server.cpu_ms()
    answers = [server.ask(q, **parameters) for q in queries]
    cpu = (server.cpu_ms() - before) / len(answers)
    times = [t for t, _ in answers]
    hits = sum(bool(a['hits']) for _, a in answers) / len(answers)
    print(f'{name:34} {len(queries):6} {quantile(times, 0.5):8.2f} {quantile(times, 0.99):8.2f} {cpu:8.2f} {hits:7.0%}', flush=True)


def pieces(rng, corpus, length, n):
    """n pieces of the text of so many characters, none across punctuation when short."""
    found = []
    while len(found) < n:
        text = ''.join(rng.choice(corpus)['paragraphs'])
        if length > 12:
            at = rng.randrange(max(1, len(text) - length))
            found.append(text[at:at + length])
            continue
        runs = [r for r in HAN.findall(text) if len(r) >= length]
        if runs:
            run = rng.choice(runs)
            at = rng.randrange(len(run) - length + 1)
            found.append(run[at:at + length])
    return found


def tables(server, corpus, n):
    rng = random.Random(SEED)
    print(f'{"":34} {"asked":>6} {"p50 ms":>8} {"p99 ms":>8} {"computed":>8} {"found":>7}')
    print('by length, in characters')
    for length in (1, 2, 3, 4, 6, 8, 12, 20, 40):
        row(server, f'  {length}', pieces(rng, corpus, length, n))
    four = pieces(rng, corpus, 4, n)
    two = [f'{a} {b}' for a, b in zip(pieces(rng, corpus, 2, n), pieces(rng, corpus, 3, n))]
    questions = [f'{p}是什么时候在哪里' for p in pieces(rng, corpus, 6, n)]
    print('by tier')
    row(server, '  exact: a phrase', [f'"{p}"' for p in four])
    row(server, '  match=exact', four, match='exact')
    row(server, '  match=all', four, match='all')
    row(server, '  match=auto', four)
    row(server, '  match=any', four, match='any')
    row(server, '  two words', two)
    row(server, '  OR of two', [q.replace(' ', ' OR ') for q in two])
    row(server, '  one word without another', [q.replace(' ', ' -') for q in two])
    row(server, '  partial: questions', questions)
    print('four characters, with')
    row(server, '  nothing else', four)
    row(server, '  a year', four, **{'from': '2023', 'to': '2023'})
    row(server, '  a source', four, source='新闻联播')
    row(server, '  facets', four, facets='source,section,year,month')
    row(server, '  paragraphs, not articles', four, unit='paragraph')
    row(server, '  the newest first', four, sort='newest')
    row(server, '  100 hits', four, limit=100)
    row(server, '  the page at 1,000', four, offset=1000)


def slow_ones(rng, corpus):
    word = pieces(rng, corpus, 2, 200)
    paragraph = next(t for t in (''.join(a['paragraphs']) for a in corpus) if len(t) >= 2000)[:2000]
    often = ['的', '中国', '我们', '一个', '工作', '发展', '经济', '全国', '今天', '记者']
    deep = ' OR '.join(often)
    for _ in range(18):
        deep = f'({deep}) OR ({rng.choice(word)} {rng.choice(often)})'
    return {
        '的': '的', '的 的 的 ... (200)': ' '.join(['的'] * 200), '的了是在和 (all function)': '的了是在和与及',
        '的 是 (two lone characters)': '的 是', '200 words': ' '.join(word), '200 words, OR': ' OR '.join(word),
        '200 words, NOT': '中国 ' + ' '.join('-' + w for w in word), '2,000 characters pasted': paragraph,
        '2,000 characters in quotes': '"' + paragraph.replace('"', '') + '"', 'OR, 18 brackets deep': deep,
        'OR of 256 frequent words': ' OR '.join(often[i % 10] + word[i % 200] for i in range(256)),
        'NOT 的': 'NOT 的', '中国 NOT 的': '中国 NOT 的', 'title:的': 'title:的', '"的" OR "是" OR "在"': '"的" OR "是" OR "在"',
        'the same word 256 times': ' '.join(['中国'] * 256), '中国': '中国', '一年': '一年',
    }


def slow_table(server, corpus):
    rng = random.Random(SEED)
    print(f'{"made to be slow, in ms":44} {"computed":>8} {"waited":>8}')
    late = 0
    for name, q in slow_ones(rng, corpus).items():
        for unit in ('article', 'paragraph'):
            before = server.cpu_ms()
            answers = [server.ask(q, unit=unit) for _ in range(5)]
            cpu = (server.cpu_ms() - before) / len(answers)
            ms = quantile([t for t, _ in answers], 0.5)
            late += cpu > SLOWEST_ALLOWED_MS
            page = answers[0][1]
            print(f'  {name:32} {unit:9} {cpu:8.1f} {ms:8.1f}  {"partial" if page["partial"] else "whole":8}'
                  f'{page["total"]["value"]:8} {page["total"]["relation"]}', flush=True)
    print(f'{late} computed for more than {SLOWEST_ALLOWED_MS} ms')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', default=os.path.join(ROOT, 'build/release'))
    parser.add_argument('--corpus', default=os.path.join(os.path.dirname(ROOT), 'shared/corpus/articles.jsonl.zst'))
    parser.add_argument('--index', help='an index of the corpus, instead of a new one')
    parser.add_argument('--queries', type=int, default=1000)
    parser.add_argument('--budget', type=int, default=1000, help='query_time_ms')
    parser.add_argument('--only-slow', action='store_true')
    options = parser.parse_args()
    corpus = read_corpus(options.corpus)
    with tempfile.TemporaryDirectory() as folder:
        index = options.index or os.path.join(folder, 'index')
        if not options.index:
            lines = ''.join(json.dumps(a, ensure_ascii=False) + '\n' for a in corpus)
            subprocess.run([os.path.join(options.build, 'indexer/jianwen-indexer'), '--index', index, 'import', '-'],
                           input=lines.encode(), check=True)
        with Server(options.build, index, options.budget) as server:
            if not options.only_slow:
                tables(server, corpus, options.queries)
            slow_table(server, corpus)


if __name__ == '__main__':
    main()
