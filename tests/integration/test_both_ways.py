#!/usr/bin/env python3
"""The same input written in one go and through Xapian itself: the databases say the same.

`--full` takes more articles, of the corpus in ../shared when it is there, and 10,000 result lists.
"""
import json
import os
import random
import socket
import shutil
import subprocess
import sys
import time
import unittest

try:
    import xapian
except ImportError:
    # Debian's python3-xapian belongs to Debian's own Python.
    if os.path.realpath(sys.executable) == os.path.realpath('/usr/bin/python3'):
        raise
    os.execv('/usr/bin/python3', ['/usr/bin/python3'] + sys.argv)

sys.path.insert(0, os.path.dirname(__file__))
from harness import Case, PATIENCE, SOURCE_DIR, WAIT_S, clean_environment, run_indexer

CORPUS = os.path.join(SOURCE_DIR, '..', 'shared', 'corpus', 'articles.jsonl.zst')
FULL = '--full' in sys.argv
if FULL:
    sys.argv.remove('--full')
N_ARTICLES = 6000 if FULL else 250
N_LISTS = 10000 if FULL else 600
HITS = 50
# Of schema.h: before the terms of champion lists, how many documents a pair with one has at least, and the list.
CHAMPIONS = b'\xff'
LEAST_DOCS = 512
N_CHAMPIONS = 32
STOCK_WORDS = ('水泵 齿轮 验收 车间 轴承 质量 工程 人民 建设 报告 会议 发展 城市 春天 农村 学校 医院 桥梁 '
               '铁路 电影 音乐 研究 实验 天气 粮食 邮局 船厂 图书 covid 3.5 PM2.5 𠀀𠀁 龘').split()


def made_up(n):
    """Articles of a few words each, and some with very many paragraphs."""
    r = random.Random(11)
    for i in range(n):
        count = 400 if i % 97 == 5 else 1 + r.randrange(12)
        yield {'id': f'a/{i}', 'title': ''.join(r.choices(STOCK_WORDS, k=3)) if i % 5 else '',
               'date': f'20{10 + i % 12}-0{1 + i % 9}', 'source': r.choice(['日报', '晚报', '']),
               'paragraphs': [''.join(r.choices(STOCK_WORDS, k=1 + r.randrange(40))) + '。'
                              for _ in range(count)]}


def of_corpus(n):
    """Every so many lines of the corpus, its paragraphs cut at sentence ends."""
    lines = subprocess.run(['zstd', '-dcq', CORPUS], stdout=subprocess.PIPE, check=True).stdout.split(b'\n')
    for line in lines[::max(1, len(lines) // n)]:
        if line:
            a = json.loads(line)
            a['paragraphs'] = [s for p in a['paragraphs'] for s in p.replace('。', '。\n').split('\n') if s]
            yield a


def count(number):
    """How often a pair stands in a document, by the number of its posting (signature.h)."""
    if number >= 128:
        return (number >> 7) + 1
    return 1 if number & 7 else 2 + (number >> 6)


class BothWays(Case):
    @classmethod
    def setUpClass(cls):
        cls.folder_of_class = os.path.join(os.environ.get('TMPDIR', '/tmp'), f'jw-both-{os.getpid()}')
        os.makedirs(cls.folder_of_class)
        cls.addClassCleanup(shutil.rmtree, cls.folder_of_class, ignore_errors=True)
        articles = list(of_corpus(N_ARTICLES) if FULL and os.path.exists(CORPUS) else made_up(N_ARTICLES))
        cls.texts = [p for a in articles for p in a['paragraphs'] if len(p) > 8]
        data = '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles).encode()
        cls.bulk_index, cls.bulk = cls.make('bulk', data)
        cls.stock_index, cls.stock = cls.make('stock', data, '--stock')

    @classmethod
    def make(cls, name, data, *options):
        index = os.path.join(cls.folder_of_class, name)
        args = ['--index', index, *options, 'import', '-']
        done = subprocess.run([os.environ['JW_INDEXER'], *args], input=data, capture_output=True,
                              env=clean_environment(), check=False)
        assert done.returncode == 0, done.stderr.decode()
        return index, os.path.join(index, 'base-000001')

    def test_they_were_written_differently(self):
        self.assertEqual(os.path.getsize(os.path.join(self.bulk, 'termlist.glass')), 0)
        self.assertFalse(os.path.exists(os.path.join(self.stock, 'termlist.glass')))

    def test_statistics_and_postings(self):
        a, b = xapian.Database(self.bulk), xapian.Database(self.stock)
        for what in ('get_doccount', 'get_lastdocid', 'get_total_length', 'get_average_length',
                     'get_doclength_lower_bound', 'get_doclength_upper_bound'):
            self.assertEqual(getattr(a, what)(), getattr(b, what)(), what)
        # Frequent n-grams and champion lists are terms only of what is written in one go.
        terms = [[(t.term, t.termfreq, db.get_collection_freq(t.term), db.get_wdf_upper_bound(t.term))
                  for t in db.allterms() if t.term[:1] not in (b'N', CHAMPIONS)] for db in (a, b)]
        self.assertGreater(len(terms[0]), 500)
        self.assertEqual(terms[0], terms[1])
        for term, *_ in terms[0]:
            self.assertEqual([(p.docid, p.wdf, p.doclength) for p in a.postlist(term)],
                             [(p.docid, p.wdf, p.doclength) for p in b.postlist(term)], term)

    def test_frequent_ngrams(self):
        """They are the documents that hold their characters side by side, as the pairs and the texts say."""
        a = xapian.Database(self.bulk)
        ngrams = [t.term for t in a.allterms(b'N')]
        self.assertGreater(len(ngrams), 1000)
        for ngram in ngrams[::37]:
            chars = ngram[1:].decode()
            self.assertTrue(3 <= len(chars) <= 8, chars)
            held = {p.docid: p.wdf for p in a.postlist(ngram)}
            pairs = [{p.docid: count(p.wdf) for p in a.postlist(chars[i:i + 2])} for i in range(len(chars) - 1)]
            for docid, wdf in held.items():
                self.assertEqual(wdf, min(3, max(pair[docid] for pair in pairs) - 1), f'{chars} in {docid}')

    def test_champion_lists(self):
        """They are of the documents that hold a pair most often, with the same numbers; all frequent pairs have one."""
        a = xapian.Database(self.bulk)
        frequent = [t.term for t in a.allterms() if len(t.term.decode(errors='replace')) == 2 and t.term[0] >= 0xE0
                    and t.term[:1] != CHAMPIONS and t.termfreq >= LEAST_DOCS]
        self.assertEqual([t.term[1:] for t in a.allterms(CHAMPIONS)], frequent)
        self.assertGreater(len(frequent), 20)
        for pair in frequent:
            numbers = {p.docid: p.wdf for p in a.postlist(pair)}
            champions = {p.docid: p.wdf for p in a.postlist(CHAMPIONS + pair)}
            self.assertEqual(len(champions), N_CHAMPIONS)
            self.assertLessEqual(champions.items(), numbers.items())
            counts = sorted(map(count, numbers.values()), reverse=True)
            self.assertEqual(sorted(map(count, champions.values()), reverse=True), counts[:N_CHAMPIONS])

    def test_metadata_and_documents(self):
        a, b = xapian.Database(self.bulk), xapian.Database(self.stock)
        # How texts are stored is each writer's own; what they say is not.
        self.assertEqual([bool(db.get_metadata('text.form')) for db in (a, b)], [True, False])
        self.assertEqual([bool(db.get_metadata('stretches')) for db in (a, b)], [True, False])
        keys = [sorted(k for k in db.metadata_keys() if k not in (b'text.form', b'stretches')) for db in (a, b)]
        self.assertEqual(keys[0], keys[1])
        for key in keys[0]:
            self.assertEqual(a.get_metadata(key), b.get_metadata(key), key)
        exports = [run_indexer('--index', i, 'export').out for i in (self.bulk_index, self.stock_index)]
        self.assertEqual(exports[0], exports[1])
        self.assertEqual(exports[0].count('\n'), len(exports[0].split('\n')) - 1)

    def queries(self):
        r = random.Random(5)
        for _ in range(N_LISTS // 4):
            text = r.choice(self.texts)
            n = min(len(text), 2 + r.randrange(8))
            at = r.randrange(len(text) - n + 1)
            part = text[at:at + n]
            yield part, [part[i:i + 2].lower() for i in range(n - 1)]

    def test_result_lists(self):
        a, b = xapian.Database(self.bulk), xapian.Database(self.stock)
        n_lists = n_hits = 0
        for part, terms in self.queries():
            for op in (xapian.Query.OP_AND, xapian.Query.OP_OR):
                for weight in (xapian.BM25Weight(), xapian.BM25Weight(0.5, 0, 1, 0, 0.5)):
                    lists = []
                    for db in (a, b):
                        enquire = xapian.Enquire(db)
                        enquire.set_weighting_scheme(weight)
                        enquire.set_query(xapian.Query(op, terms))
                        mset = enquire.get_mset(0, HITS)
                        lists.append(([(m.docid, m.weight) for m in mset], mset.get_matches_estimated()))
                    self.assertEqual(lists[0], lists[1], part)
                    n_lists += 1
                    n_hits += len(lists[0][0])
        self.assertGreaterEqual(n_lists, N_LISTS)
        self.assertGreater(n_hits, n_lists)

    def check(self, database):
        done = subprocess.run(['xapian-check', database], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn('No errors found', done.stdout)

    def same_as_bulk(self, database):
        a, b = xapian.Database(self.bulk), xapian.Database(database)
        self.assertEqual(a.get_doccount(), b.get_doccount())
        self.assertEqual([(t.term, t.termfreq) for t in a.allterms()], [(t.term, t.termfreq) for t in b.allterms()])
        for docid in range(1, a.get_lastdocid() + 1, 7):
            self.assertEqual(a.get_document(docid).get_data(), b.get_document(docid).get_data())

    def test_xapian_check(self):
        self.check(self.bulk)

    def test_xapian_compact(self):
        compact = self.path('compact')
        subprocess.run(['xapian-compact', '-q', self.bulk, compact], check=True, stdout=subprocess.DEVNULL)
        self.check(compact)
        self.same_as_bulk(compact)
        # It has nothing left to win.
        sizes = [os.path.getsize(os.path.join(d, 'postlist.glass')) for d in (self.bulk, compact)]
        self.assertLess(sizes[0], sizes[1] * 1.02 + 65536)

    def test_xapian_replicate(self):
        def start():
            with socket.socket() as s:
                s.bind(('127.0.0.1', 0))
                port = s.getsockname()[1]
            server = subprocess.Popen(['xapian-replicate-server', '-I', '127.0.0.1', '-p', str(port), '-o',
                                       self.bulk_index], stdout=subprocess.DEVNULL)
            self.addCleanup(server.wait)
            self.addCleanup(server.kill)
            return server, port

        server, port = start()
        replica = self.path('replica')
        deadline = time.monotonic() + WAIT_S * PATIENCE
        while True:
            done = subprocess.run(['xapian-replicate', '-q', '-o', '-h', '127.0.0.1', '-p', str(port),
                                   '-m', os.path.basename(self.bulk), replica],
                                  capture_output=True, text=True, check=False)
            if done.returncode == 0 or time.monotonic() > deadline:
                break
            if server.poll() is not None:  # another program has taken the port
                server, port = start()
            time.sleep(0.1)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.same_as_bulk(replica)

    def test_writable_open(self):
        copy = self.path('copy')
        shutil.copytree(self.bulk, copy)
        db = xapian.WritableDatabase(copy, xapian.DB_OPEN)
        n = db.get_doccount()
        document = xapian.Document()
        document.add_term('ZZ新增')
        self.assertEqual(db.add_document(document), n + 1)
        db.commit()
        db.close()
        a, b = xapian.Database(self.bulk), xapian.Database(copy)
        self.assertEqual(b.get_doccount(), n + 1)
        self.assertEqual(b.get_termfreq('ZZ新增'), 1)
        self.assertEqual([(t.term, t.termfreq) for t in a.allterms()],
                         [(t.term, t.termfreq) for t in b.allterms() if t.term != 'ZZ新增'.encode()])


if __name__ == '__main__':
    unittest.main()
