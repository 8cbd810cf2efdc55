"""The exactness oracle: phrases in quotation marks, asked of the real server, against a plain scan."""
import json
import random
import subprocess
import tempfile
import time
from urllib.parse import quote

from harness import SOURCE_DIR, Server, clean_environment
from plain_scan import Keys, Scan, pick, quoted
from server_harness import INDEXER

PAGE = 1000
LAST_OFFSET = 10000
# A word is asked for whole; one without an end is no question.
LONGEST = 200


def hits_of(wire, phrase, most):
    """@return (total, {(id, n): text and ranges}) of the paragraphs found, as far as pages go."""
    found = {}
    total = None
    for offset in range(0, LAST_OFFSET + 1, PAGE):
        target = f'/v1/search?unit=paragraph&limit={PAGE}&offset={offset}&q={quote(phrase)}'
        answer = wire.get(target)
        assert answer.status == 200, f'{target}: {answer.status} {answer.body!r}'
        page = answer.json
        assert not page['partial'], f'{target}: the time budget was spent'
        assert total in (None, page['total']), f'{target}: the total changes from page to page'
        total = page['total']
        for hit in page['hits']:
            assert hit['match'] == 'exact', f'{target}: {hit["id"]} is {hit["match"]}'
            paragraph = hit['paragraphs'][0]
            assert (hit['id'], paragraph['n']) not in found, f'{target}: {hit["id"]} twice'
            found[hit['id'], paragraph['n']] = paragraph
        if len(page['hits']) < PAGE or offset + PAGE >= most:
            break
    return total, found


class Oracle:
    """articles: as import takes them, with `paragraphs`."""

    def __init__(self, articles, rng):
        self.rng = rng
        self.keys = Keys(SOURCE_DIR)
        paragraphs = []
        for a in articles:
            texts = [a.get('title', '')] + a['paragraphs']
            paragraphs += [((a['id'], n), text) for n, text in enumerate(texts) if text]
        self.scan = Scan(self.keys, paragraphs)
        self.n = self.n_hits = self.n_marks = self.skipped = 0

    def check_marks(self, phrase, key, paragraph):
        """Every mark, normalised, is the phrase; there is one for each place."""
        text, ranges = paragraph['text'], paragraph['ranges']
        for start, end in ranges:
            assert self.keys.key(text[start:end])[0] == key, f'{phrase}: {text[start:end]!r} is marked'
        whole, starts, _ = self.keys.key(text)
        edges = self.keys.edges(whole, starts)
        n = at = 0
        while (at := whole.find(key, at)) >= 0:
            fits = edges[at] and edges[at + len(key)]
            n += fits
            at += len(key) if fits else 1
        assert n == len(ranges), f'{phrase}: {n} places, {len(ranges)} marks in {text!r}'
        self.n_marks += n

    def ask(self, wire, piece):
        phrase = quoted(piece)
        if phrase is None or len(piece) > LONGEST:
            self.skipped += 1
            return
        key = self.keys.key(piece)[0]
        numbers = self.scan.find(key)
        want = {self.scan.paragraphs[i][0]: self.scan.paragraphs[i][1] for i in numbers}
        total, found = hits_of(wire, phrase, len(want))
        none_too_many = [(name, p['text']) for name, p in found.items() if name not in want]
        assert not none_too_many, f'{phrase}: too many: {none_too_many[:3]}'
        assert total == {'value': len(want), 'relation': 'eq'}, \
            f'{phrase}: {total}, the scan has {len(want)}, such as {[k for k in want if k not in found][:3]}'
        assert len(found) == min(len(want), LAST_OFFSET + PAGE), f'{phrase}: {len(found)} hits of {len(want)}'
        for name in self.rng.sample(sorted(found), min(3, len(found))):
            assert found[name]['text'] == want[name]
            self.check_marks(phrase, key, found[name])
        self.n += 1
        self.n_hits += len(want)

    def run(self, index, n):
        """Ask n random pieces of the server on the index."""
        with Server(index, environment={'JIANWEN_QUERY_TIME_MS': '0', 'JIANWEN_CACHE': '0'}) as server:
            with server.wire(600) as wire:
                while self.n < n:
                    piece = pick(self.rng, self.keys, self.rng.choice(self.scan.paragraphs)[1])
                    if piece:
                        self.ask(wire, piece)
                    else:
                        self.skipped += 1
        return (f'{self.n} phrases over {len(self.scan.paragraphs)} paragraphs: {self.n_hits} hits as the scan has them, '
                f'{self.n_marks} marks checked; {self.skipped} pieces left out, most without a letter or character')


def run(articles, n, seed):
    """Index the articles, ask n phrases. @return a line about it."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix='jw-oracle-') as folder:
        lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles)
        subprocess.run([INDEXER, '--index', folder + '/index', 'import', '-'], input=lines.encode(), check=True,
                       stdout=subprocess.DEVNULL, env=clean_environment())
        report = Oracle(articles, random.Random(seed)).run(folder + '/index', n)
    return f'{report}; {time.monotonic() - start:.0f} seconds'
