"""engines.py - how each engine is built, asked and served."""
import os
import subprocess
import sys
import urllib.parse

import machine

PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../peers')
sys.path.insert(0, PEERS)

import groonga  # noqa: E402


class Engine:
    name = ''
    title = ''
    # Whether it builds the large corpus, too: the slowest are measured on the small one.
    at_full_size = True
    # Whether it can be asked for phrases.
    searched = True
    # (name, query -> request path)
    http_modes = ()

    def __init__(self, bench):
        self.bench = bench

    def prepare(self):
        """Once."""

    def before_build(self, corpus):
        """Not timed."""

    def after_build(self, folder):
        """Not timed; before the size is measured."""

    def search_commands(self, folder, queries, rounds):
        return []


class Ours(Engine):
    name = 'jianwen'
    title = 'Jianwen'

    def program(self, name):
        return os.path.join(self.bench.build_dir, name)

    def build_command(self, corpus, folder):
        return [self.program('indexer/jianwen-indexer'), '--index', folder, 'build',
                os.path.join(corpus, 'articles.ndjson')]

    def search_commands(self, folder, queries, rounds):
        base = [self.program('bench/search_bench'), folder, queries, '--rounds', str(rounds)]
        return [('jianwen, phrase, paragraphs', [*base, '--quoted', '--paragraphs']),
                ('jianwen, phrase, counted to 1,000', [*base, '--quoted', '--paragraphs', '--count', '1000']),
                ('jianwen, phrase, articles', [*base, '--quoted']),
                ('jianwen, words, articles', base)]

    def hits(self, folder, queries, out):
        subprocess.run([self.program('bench/search_bench'), folder, queries, '--quoted',
                        '--paragraphs', '--exact', '--limit', '1000', '--hits', out], check=True)

    def serve(self, folder, probe='/readyz'):
        port = machine.free_port()
        config = os.path.join(self.bench.work, 'empty.conf')
        with open(config, 'w', encoding='utf-8'):
            pass
        return machine.Service([self.program('server/jianwen-server'), '--config', config, '--index', folder,
                                '--listen', f'127.0.0.1:{port}', '--cache', '0',
                                '--access-log', 'off'], port, probe)

    @staticmethod
    def phrase_path(q):
        return '/v1/search?' + urllib.parse.urlencode({'q': f'"{q}"', 'unit': 'paragraph'})

    @staticmethod
    def counted_path(q):
        return Ours.phrase_path(q) + '&count=1000'

    @staticmethod
    def default_path(q):
        return '/v1/search?' + urllib.parse.urlencode({'q': q})

    @property
    def http_modes(self):
        return (('phrase, paragraphs', self.phrase_path),
                ('phrase, counted to 1,000', self.counted_path), ('words, articles', self.default_path))


class Groonga(Engine):
    name = 'groonga'
    title = 'Groonga, TokenBigram'
    script = os.path.join(PEERS, 'groonga.py')

    def before_build(self, corpus):
        if not os.path.exists(os.path.join(corpus, 'groonga.load')):
            groonga.prepare(corpus)

    def build_command(self, corpus, folder):
        return ['/usr/bin/python3', self.script, 'build', corpus, folder]

    def serve(self, folder):
        port = machine.free_port()
        return machine.Service(['groonga', '-s', '--protocol', 'http', '--bind-address', '127.0.0.1',
                                '-p', str(port), '--cache-limit', '0', os.path.join(folder, 'db')],
                               port, '/d/status')

    def hits(self, folder, queries, out):
        with self.serve(folder) as service:
            subprocess.run(['/usr/bin/python3', self.script, 'hits', service.url, queries, out], check=True)

    http_modes = (('phrase', groonga.path_of),)


class Lucene(Engine):
    name = 'lucene'
    title = 'Lucene 8, CJKAnalyzer'

    def prepare(self):
        classes = os.path.join(self.bench.work, 'classes')
        subprocess.run(['javac', '-cp', machine.lucene_classpath(), '-d', classes,
                        os.path.join(PEERS, 'Lucene.java')], check=True)
        self.java = ['java', '-cp', classes + ':' + machine.lucene_classpath(), 'Lucene']

    def build_command(self, corpus, folder):
        return [*self.java, 'build', corpus, folder]

    def after_build(self, folder):
        subprocess.run([*self.java, 'merge', folder], check=True)

    def search_commands(self, folder, queries, rounds):
        return [('lucene, phrase', [*self.java, 'search', folder, queries, str(rounds)])]

    def hits(self, folder, queries, out):
        subprocess.run([*self.java, 'hits', folder, queries, out], check=True)


class Script(Engine):
    """A peer that is a Python file with the verbs build, search, hits."""
    file = ''

    def command(self, *args):
        return ['/usr/bin/python3', os.path.join(PEERS, self.file), *args]

    def build_command(self, corpus, folder):
        return self.command('build', corpus, folder)

    def search_commands(self, folder, queries, rounds):
        return [(f'{self.name}, phrase', self.command('search', folder, queries, str(rounds)))]

    def hits(self, folder, queries, out):
        subprocess.run(self.command('hits', folder, queries, out), check=True)


class Sqlite(Script):
    name = 'sqlite'
    title = 'SQLite FTS5, trigram'
    file = 'sqlite.py'


class XapianNgrams(Script):
    name = 'xapian-ngrams'
    title = 'Xapian, its own n-grams with positions'
    file = 'xapian_ngrams.py'
    at_full_size = False


class XapianStock(Engine):
    name = 'xapian-bigrams'
    title = 'Xapian, bigrams without positions'
    at_full_size = False
    searched = False

    def build_command(self, corpus, folder):
        return [os.path.join(self.bench.build_dir, 'bench/stock_bench'),
                os.path.join(corpus, 'paragraphs.tsv'), os.path.join(folder, 'db')]


ENGINES = [Ours, Groonga, Lucene, Sqlite, XapianStock, XapianNgrams]
