"""What the tests of both programs share: running the indexer on a folder of its own, asking the server."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from urllib.parse import quote, urlencode

import server_harness
from server_harness import INDEXER, PATIENCE, SERVER, WAIT_S, wait_for

SOURCE_DIR = os.environ.get('JW_SOURCE_DIR', '')
SAMPLES = os.path.join(SOURCE_DIR, 'config', 'samples')
FIXTURES = os.path.join(SOURCE_DIR, 'tests', 'fixtures')
ARTICLES = os.path.join(FIXTURES, 'articles')
SHARED_ARTICLE = os.path.join(SOURCE_DIR, '..', 'shared', 'article', 'qijiang.txt')
# Two articles of one paragraph.
RAIN = '　　昨天夜里，柳湾镇下了入春以来的第一场透雨。镇上的老人说，这场雨来得正是时候，坡上的麦苗喝饱了水，一夜之间绿了一层。\n'
SNOW = '　　今天清晨，雾岭山顶飘起了小雪。护林员老谭照例巡山，他在本子上写下：气温零下三度，路面结冰，松鼠两只。\n'
# For one run of the indexer; none of them should take a second.
RUN_S = WAIT_S * PATIENCE


def clean_environment(**more):
    """The caller's environment without settings of ours."""
    env = {k: v for k, v in os.environ.items() if not k.startswith('JIANWEN_')}
    return {**env, 'JIANWEN_CONFIG': os.devnull, **more}


class Ran:
    """A program that ended."""

    def __init__(self, args, done):
        self.args = args
        self.code = done.returncode
        self.out = done.stdout.decode('utf-8')
        self.err = done.stderr.decode('utf-8', 'replace')

    def lines(self):
        return self.out.split('\n')[:-1]

    def objects(self):
        return [json.loads(line) for line in self.lines()]

    def __str__(self):
        return f'{" ".join(self.args)}\nexit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}'


def run_indexer(*args, stdin=b''):
    args = [str(a) for a in args]
    done = subprocess.run([INDEXER] + args, input=stdin, capture_output=True, timeout=RUN_S,
                          env=clean_environment(), check=False)
    return Ran(args, done)


class Case(unittest.TestCase):
    """A test with a folder of its own and an index in it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='jw-test-')
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.index = self.path('index')

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        """Make a file below the test's folder; @return its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(content if isinstance(content, bytes) else content.encode('utf-8'))
        return path

    def indexer(self, *args, stdin=b'', code=0):
        """Run the indexer on the test's index; fail unless it exits with code."""
        ran = run_indexer('--index', self.index, *args, stdin=stdin)
        self.assertNotIn('Sanitizer', ran.err)
        self.assertEqual(ran.code, code, str(ran))
        return ran

    def import_articles(self, *articles, code=0):
        return self.indexer('import', '-', stdin=ndjson(articles), code=code)

    def export(self):
        """@return the articles of the index by their ids."""
        articles = self.indexer('export').objects()
        by_id = {a['id']: a for a in articles}
        self.assertEqual(len(by_id), len(articles), 'an id is exported twice')
        return by_id


def article(article_id, *texts, **facts):
    return dict(facts, id=article_id, paragraphs=list(texts))


def ndjson(articles):
    return '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles).encode('utf-8')


def body_texts(paragraphs):
    return [p['text'] for p in paragraphs if p['role'] == 'body']


ACCOUNT = re.compile(r'^(\d+) articles, (\d+) paragraphs, (\d+) bytes, (\d+) rejects, (\d+\.\d+) seconds$')


def account(ran):
    """The counts of the last line that build, add and import print."""
    found = ACCOUNT.match(ran.lines()[-1])
    if not found:
        raise AssertionError(f'the last line is no account:\n{ran}')
    names = ('articles', 'paragraphs', 'bytes', 'rejects')
    return dict(zip(names, map(int, found.groups()[:4])))


def wait_until(condition, what):
    if not wait_for(condition):
        raise AssertionError(f'{what}: not within {WAIT_S * PATIENCE:.0f} seconds')


def target_of(q, **parameters):
    return '/v1/search?' + urlencode(dict(parameters, q=q), quote_via=quote)


class Server(server_harness.Server):
    """The server on an index; a `with` block ends it and looks at its exit code."""

    def __init__(self, index, *options, environment=None):
        super().__init__(SERVER, options, index, {'JIANWEN_CONFIG': os.devnull, **(environment or {})})

    def search(self, q, **parameters):
        """@return the JSON of a search that must succeed."""
        target = target_of(q, **parameters)
        answer = self.get(target)
        if answer.status != 200:
            raise AssertionError(f'{target}: {answer.status} {answer.body!r}')
        return answer.json

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.stop()
        finally:
            super().__exit__(kind, value, trace)


class WithArticles(unittest.TestCase):
    """Tests on one index of ARTICLES, in the import's format, and one server, made once."""

    ARTICLES = ()

    @classmethod
    def setUpClass(cls):
        cls.place = Case()
        cls.place.setUp()
        ran = run_indexer('--index', cls.place.index, 'import', '-', stdin=ndjson(cls.ARTICLES))
        assert ran.code == 0, str(ran)
        cls.server = Server(cls.place.index)

    @classmethod
    def tearDownClass(cls):
        try:
            cls.server.__exit__(None, None, None)
        finally:
            cls.place.doCleanups()

    def search(self, q, **parameters):
        return self.server.search(q, **parameters)

    def ids(self, q, **parameters):
        return [h['id'] for h in self.search(q, limit=1000, **parameters)['hits']]
