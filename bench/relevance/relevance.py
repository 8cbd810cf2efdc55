#!/usr/bin/env python3
"""Relevance beside Lucene: every judged set goes through HTTP against our server, and through Lucene 8
(CJKAnalyzer, BM25), in the same run; both runs are judged by eval.py.

relevance.py [--build DIR] [--shared DIR] [--unit article|paragraph] [--no-lucene] [--keep DIR] [--limit-queries N]
             [SET...]
SET is a folder (docs.jsonl, queries*.jsonl, qrels.tsv) or the name of one; without any: drcd, drcd with its simplified
questions, rgb-news-zh, and known-item, made of the corpus by sets.py.
Needs openjdk-17-jre-headless and liblucene8-java.
"""
import argparse
import concurrent.futures
import glob
import http.client
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import urlencode

import sets

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
KNOWN = 'known-item'
DEPTH = 100
CONNECTIONS = 2


def one_line(text):
    return re.sub(r'[\t\r\n]+', ' ', text)


class Ours:
    """Index a set's documents and ask the server."""

    def __init__(self, build, folder):
        self.build, self.folder = build, folder

    def index(self, docs):
        lines = ''.join(json.dumps({'id': d['id'], 'title': d.get('title', ''),
                                    'paragraphs': [p for p in d['text'].split('\n') if p.strip()] or ['']},
                                   ensure_ascii=False) + '\n' for d in docs)
        done = subprocess.run([os.path.join(self.build, 'indexer/jianwen-indexer'), '--index', self.folder, 'import', '-'],
                              input=lines.encode(), capture_output=True, check=False)
        if done.returncode:
            sys.exit(done.stderr.decode())

    def __enter__(self):
        port_file = self.folder + '.port'
        if os.path.exists(port_file):
            os.unlink(port_file)
        self.log = open(self.folder + '.log', 'wb')
        self.process = subprocess.Popen([os.path.join(self.build, 'server/jianwen-server'), '--index', self.folder,
                                         '--listen', '127.0.0.1:0', '--port-file', port_file],
                                        stderr=self.log,
                                        env={**os.environ, 'JIANWEN_CONFIG': os.devnull, 'JIANWEN_CACHE': '0'})
        while not os.path.exists(port_file):
            if self.process.poll() is not None:
                sys.exit(f'the server did not start, see {self.folder}.log')
            time.sleep(0.01)
        with open(port_file, encoding='ascii') as f:
            self.port = int(f.read())
        self.local = threading.local()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def ask(self, q, unit):
        """@return ids and scores."""
        if not hasattr(self.local, 'connection'):
            self.local.connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        self.local.connection.request('GET', '/v1/search?' + urlencode(
            {'q': q, 'limit': DEPTH, 'unit': unit}))
        answer = self.local.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f'{q}: {answer.status} {body.decode()}')
        return [(h['id'], h['score']) for h in json.loads(body)['hits']]

    def run(self, queries, unit, path):
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool, open(path, 'w', encoding='utf-8') as f:
            for q, hits in zip(queries, pool.map(lambda q: self.ask(q['text'], unit), queries)):
                seen = {}
                for doc, score in hits:
                    seen.setdefault(doc, score)
                for rank, (doc, score) in enumerate(seen.items(), 1):
                    f.write(f'{q["id"]}\t{doc}\t{rank}\t{score}\n')


def run_lucene(docs, runs, folder):
    """runs: (queries, path of the run to write)."""
    jars = [j for name in ('core', 'analyzers-common') for j in glob.glob(f'/usr/share/java/lucene-{name}-8*.jar')]
    if len(jars) < 2:
        sys.exit('no Lucene 8 in /usr/share/java: apt-get install liblucene8-java openjdk-17-jdk-headless')
    arguments = [os.path.join(folder, 'lucene-docs.tsv')]
    with open(arguments[0], 'w', encoding='utf-8') as f:
        f.writelines(f'{d["id"]}\t{one_line(d.get("title", "") + " " + d["text"])}\n' for d in docs)
    for queries, path in runs:
        with open(path + '.queries', 'w', encoding='utf-8') as f:
            f.writelines(f'{q["id"]}\t{one_line(q["text"])}\n' for q in queries)
        arguments += [path + '.queries', path]
    subprocess.run(['java', '-cp', ':'.join(jars), os.path.join(HERE, 'Lucene.java'), *arguments], check=True)


def judge(shared, qrels, run):
    """@return what eval.py prints, by name."""
    done = subprocess.run([sys.executable, os.path.join(shared, 'sets/eval.py'), qrels, run], stdout=subprocess.PIPE,
                          check=True)
    return {k: float(v) for k, v in (pair.split('=') for pair in done.stdout.decode().split())}


def read_corpus(path):
    unpacked = subprocess.run(['zstdcat', path], stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in io.StringIO(unpacked.decode())]


class Bench:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.closed = []

    def row(self, name, unit, n_queries, seconds, ours, lucene):
        line = f'{name:22} {unit:9} {n_queries:6} {ours["nDCG@10"]:8.4f}'
        if lucene:
            a, b = ours['nDCG@10'], lucene['nDCG@10']
            self.closed.append((a - b) / (1 - b) if b < 1 else 0)
            line += f' {b:8.4f} {a - b:+8.4f} {self.closed[-1]:+7.1%}'
        line += f' {ours["MRR@10"]:7.4f} {ours["R@100"]:7.4f}'
        if lucene:
            line += f' {lucene["MRR@10"]:8.4f} {lucene["R@100"]:8.4f}'
        print(f'{line} {1000 * seconds / n_queries:6.1f}', flush=True)

    def questions(self, folder, name):
        """@return (variant, queries, path of their qrels) for each file of questions."""
        n = self.options.limit_queries
        with open(os.path.join(folder, 'qrels.tsv'), encoding='utf-8') as f:
            qrels = f.readlines()
        made = []
        for path in sorted(glob.glob(os.path.join(folder, 'queries*.jsonl'))):
            queries = [q for q in sets.read_jsonl(path) if q['text'].strip()]
            queries = queries[:n] if n else queries
            asked = {q['id'] for q in queries}
            variant = name + os.path.basename(path)[len('queries'):-len('.jsonl')]
            judged = os.path.join(self.work, variant + '.qrels')
            with open(judged, 'w', encoding='utf-8') as f:
                f.writelines(line for line in qrels if line.split('\t')[0] in asked)
            made.append((variant, queries, judged))
        return made

    def one_set(self, folder):
        name = os.path.basename(os.path.normpath(folder))
        docs = sets.read_jsonl(os.path.join(folder, 'docs.jsonl'))
        questions = self.questions(folder, name)
        path = {v: os.path.join(self.work, f'{v}.{len(q)}.lucene') for v, q, _ in questions}
        todo = [(q, path[v]) for v, q, _ in questions if not os.path.exists(path[v])]
        if todo and not self.options.no_lucene:
            run_lucene(docs, todo, self.work)
        ours = Ours(self.options.build, os.path.join(self.work, name + '.index'))
        if not os.path.exists(ours.folder):
            ours.index(docs)
        with ours:
            for variant, queries, qrels in questions:
                lucene = None if self.options.no_lucene else judge(self.options.shared, qrels, path[variant])
                for unit in ('article', 'paragraph') if self.options.unit == 'both' else (self.options.unit,):
                    run = os.path.join(self.work, f'{variant}-{unit}.ours')
                    start = time.monotonic()
                    ours.run(queries, unit, run)
                    self.row(variant, unit, len(queries), time.monotonic() - start,
                             judge(self.options.shared, qrels, run), lucene)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', default=os.path.join(ROOT, 'build/release'))
    parser.add_argument('--shared', default=os.path.join(os.path.dirname(ROOT), 'shared'))
    parser.add_argument('--unit', choices=('article', 'paragraph', 'both'), default='article')
    parser.add_argument('--no-lucene', action='store_true')
    parser.add_argument('--keep', metavar='DIR', help='keep indexes and runs there, and use them again')
    parser.add_argument('--limit-queries', type=int, help='only the first N questions of each set')
    parser.add_argument('sets', nargs='*')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.keep or temporary
        os.makedirs(work, exist_ok=True)
        bench = Bench(options, work)
        print(f'{"set":22} {"unit":9} {"asked":>6} {"nDCG@10":>8} {"Lucene":>8} {"+":>8} {"closed":>7} {"MRR@10":>7} '
              f'{"R@100":>7} {"Lu. MRR":>8} {"Lu. R":>8} {"ms":>6}')
        for name in options.sets or ['drcd', 'rgb-news-zh', KNOWN]:
            if name == KNOWN:
                folder = os.path.join(work, KNOWN)
                if not os.path.exists(folder):
                    sets.known_items(read_corpus(os.path.join(options.shared, 'corpus/articles.jsonl.zst')), folder)
            else:
                folder = name if os.path.isdir(name) else os.path.join(options.shared, 'sets', name)
            bench.one_set(folder)
        if bench.closed:
            print(f'of the way from Lucene to 1.0 closed, on average: {sum(bench.closed) / len(bench.closed):.1%}')


if __name__ == '__main__':
    main()
