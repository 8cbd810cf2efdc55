"""The boolean oracle: random queries, asked of the real server, against an evaluator of trees over every paragraph.

A tree is made first; it is written down in the query language, each operator in one of its spellings, and evaluated
by sets of paragraph numbers.  What a tree means is docs/query.md; key forms are plain_scan.py's.
"""
import json
import random
import re
import subprocess
import tempfile
import time
from collections import Counter, defaultdict

from harness import SOURCE_DIR, Server, clean_environment, target_of
from plain_scan import RUNS, Keys, Scan, pick, quoted
from server_harness import INDEXER

LIMIT = 1000
NUMERALS = re.compile('[〇○零一二三四五六七八九]{4}')
PLAIN = re.compile(r'[\u4e00-\u9fffA-Za-z0-9%，、：]+')
TIERS = {'exact': ('exact',), 'all': ('exact', 'all')}


def span_of(date):
    """First and last day of a date that may lack day or month, as numbers; None when there is none."""
    if not date:
        return None
    pieces = [int(p) for p in date.split('-')]
    first = [pieces[0], *(pieces[1:] + [0, 0])[:2]]
    last = [pieces[0], *(pieces[1:] + [12, 31][len(pieces) - 1:])]
    return tuple(first), tuple(last)


def in_span(date, low, high):
    """Whether a date may lie in low..high, each a date or ''."""
    span = span_of(date)
    if span is None:
        return not low and not high
    first, last = span
    return (not low or last >= span_of(low)[0]) and (not high or first <= span_of(high)[1])


class World:
    """The articles as sets of paragraph numbers; the title is paragraph 0 of its article."""

    def __init__(self, articles):
        self.keys = Keys(SOURCE_DIR)
        self.articles = articles
        self.paragraphs = [((i, n), text) for i, a in enumerate(articles)
                           for n, text in enumerate([a.get('title', '')] + a['paragraphs']) if text]
        self.article_of = [name[0] for name, _ in self.paragraphs]
        self.of_article = defaultdict(set)
        for number, article in enumerate(self.article_of):
            self.of_article[article].add(number)
        self.titles = {number for number, (name, _) in enumerate(self.paragraphs) if name[1] == 0}
        self.every = set(range(len(self.paragraphs)))
        self.scan = Scan(self.keys, self.paragraphs)
        self.holding = defaultdict(set)
        for number in self.every:
            for term in self.terms(self.keys.key(self.paragraphs[number][1])[0], True):
                self.holding[term].add(number)
        self.known = {}

    def is_digit(self, c):
        return c.isnumeric()

    def terms(self, key, document):
        """Pairs and words; of a document single characters and the parts of mixed words, too."""
        run = word = ''
        for c in key + ' ':
            if run and not RUNS.match(c):
                yield from (run[i:i + 2] for i in range(len(run) - 1))
                if document or len(run) == 1:
                    yield from run
                run = ''
            if word and not self.keys.is_word(c):
                yield word
                if document:
                    yield from re.findall(r'[0-9]+|[^0-9]+', word)
                word = ''
            if RUNS.match(c):
                run += c
            elif self.keys.is_word(c):
                word += c

    def holds(self, piece, verbatim):
        """The paragraphs that hold a piece of text verbatim, or all its pairs and words."""
        name = piece, verbatim
        if name not in self.known:
            key = self.keys.key(piece)[0]
            found = set(self.scan.find(key))
            if not verbatim:
                some = [self.holding.get(t, set()) for t in self.terms(key, False)]
                found |= set.intersection(*some)
            self.known[name] = found
        return self.known[name]

    def paragraphs_of(self, articles):
        return set().union(*(self.of_article[a] for a in articles)) if articles else set()

    def whole(self, numbers):
        """All paragraphs of the articles that these are of."""
        return self.paragraphs_of({self.article_of[n] for n in numbers})

    def with_fact(self, test):
        return self.paragraphs_of([i for i, a in enumerate(self.articles) if test(a)])

    def same(self, a, b):
        return self.keys.key(a)[0] == self.keys.key(b)[0]


class Text:
    def __init__(self, piece, marks):
        self.piece, self.marks = piece, marks

    def write(self, rng):
        return quoted(self.piece) if self.marks else self.piece

    def find(self, world, unit, verbatim):
        return world.holds(self.piece, verbatim or self.marks)


class Title(Text):
    def write(self, rng):
        return rng.choice(('title:', 'title：')) + super().write(rng)

    def find(self, world, unit, verbatim):
        return world.whole(super().find(world, unit, verbatim) & world.titles)


class Fact:
    """A field that holds a piece."""

    def __init__(self, field, piece):
        self.field, self.piece = field, piece

    def write(self, rng):
        return f'{self.field}:' + rng.choice((self.piece, f'"{self.piece}"', f'“{self.piece}”'))

    def find(self, world, unit, verbatim):
        wanted = world.keys.key(self.piece)[0]
        return world.with_fact(lambda a: wanted in world.keys.key(a.get(self.field, ''))[0])


class Date:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def write(self, rng):
        return 'date:' + (self.low if self.low == self.high else f'{self.low}..{self.high}')

    def find(self, world, unit, verbatim):
        return world.with_fact(lambda a: in_span(a.get('date', ''), self.low, self.high))


class Not:
    def __init__(self, child):
        self.child = child

    def write(self, rng):
        inner = self.child.write(rng)
        if isinstance(self.child, (List, Not)):
            inner = f'({inner})'
        return rng.choice(('-', '－', 'NOT ', 'ＮＯＴ ')) + inner

    def find(self, world, unit, verbatim):
        found = self.child.find(world, unit, verbatim)
        return world.every - (found if unit == 'paragraph' else world.whole(found))


class List:
    """children, all of them or any."""

    def __init__(self, every, children):
        self.every, self.children = every, children

    def write(self, rng):
        pieces = []
        for child in self.children:
            text = child.write(rng)
            if isinstance(child, List):
                opening, closing = rng.choice(('()', '（）'))
                text = opening + rng.choice(('', ' ')) + text + rng.choice(('', ' ')) + closing
            pieces.append(text)
        between = (' ', ' ', '\u3000', ' AND ') if self.every else (' OR ', ' | ', '｜ ', ' ＯＲ ')
        return ''.join(p if i == 0 else rng.choice(between) + p for i, p in enumerate(pieces))

    def find(self, world, unit, verbatim):
        found = [c.find(world, unit, verbatim) for c in self.children]
        return set.intersection(*found) if self.every else set.union(*found)


class Maker:
    """Random trees over what the articles say."""

    def __init__(self, world, rng):
        self.world, self.rng = world, rng

    def piece(self, marks):
        """A piece of some paragraph that can stand in a query with or without quotation marks."""
        while True:
            text = self.rng.choice(self.world.paragraphs)[1]
            piece = pick(self.rng, self.world.keys, text, self.rng.choice((2, 2, 3, 4, 8)))
            if not piece or NUMERALS.search(piece) or re.search(r'\d{4}|,', piece):
                continue
            if marks and quoted(piece):
                return piece
            if not marks and PLAIN.fullmatch(piece) and RUNS.match(piece[0]) and RUNS.match(piece[-1]):
                return piece

    def leaf(self):
        kind = self.rng.random()
        marks = self.rng.random() < 0.4
        article = self.rng.choice(self.world.articles)
        if kind < 0.72:
            return Text(self.piece(marks), marks)
        if kind < 0.82:
            return Title(self.piece(marks), marks)
        if kind < 0.92 and article.get('date'):
            low, high = sorted((article['date'], self.rng.choice(self.world.articles).get('date') or article['date']))
            cut = self.rng.choice((4, 7, 10))
            return self.rng.choice((Date(low[:cut], low[:cut]), Date(low[:cut], high), Date(low[:cut], ''), Date('', high[:cut])))
        field = self.rng.choice(('source', 'section', 'page', 'author'))
        value = article.get(field)
        if not value or ' ' in value:
            return Text(self.piece(marks), marks)
        start = self.rng.randrange(len(value))
        return Fact(field, self.rng.choice((value, value[start:start + 2])))

    def tree(self, depth):
        kind = self.rng.random()
        if depth == 0 or kind < 0.25:
            return self.leaf()
        if kind < 0.4:
            return Not(self.tree(depth - 1))
        children = [self.tree(depth - 1) for _ in range(self.rng.choice((2, 2, 3)))]
        every = kind < 0.72
        flat = []
        for c in children:
            flat += c.children if isinstance(c, List) and c.every == every else [c]
        return List(every, flat)

    def filters(self):
        """@return (parameters, test of an article)."""
        chosen = {}
        if self.rng.random() < 0.6:
            return chosen, None
        article = self.rng.choice(self.world.articles)
        for name in self.rng.sample(('source', 'section', 'page', 'author', 'from', 'to'), self.rng.choice((1, 1, 2))):
            value = article.get('date' if name in ('from', 'to') else name)
            if value:
                chosen[name] = value[:self.rng.choice((4, 7, 10))] if name in ('from', 'to') else value
        if chosen.get('from', '') > chosen.get('to', '9'):
            del chosen['from']
        if 'author' in chosen:
            chosen['author'] = self.rng.choice(re.split('、', chosen['author']))

        def test(a):
            fits = [in_span(a.get('date', ''), chosen.get('from', ''), chosen.get('to', ''))]
            fits += [self.world.same(a.get(f, ''), chosen[f]) for f in ('source', 'section', 'page') if f in chosen]
            if 'author' in chosen:
                names = a.get('author', '')
                fits.append(any(self.world.same(n, chosen['author']) for n in [names, *names.split('、')]))
            return all(fits)

        return chosen, test


class Oracle:
    def __init__(self, articles, seed):
        self.world = World(articles)
        self.rng = random.Random(seed)
        self.maker = Maker(self.world, self.rng)
        self.account = Counter()

    def expect(self, tree, unit, match, test):
        """The names of the hits: (id, n), or (id,) of articles."""
        found = tree.find(self.world, unit, match == 'exact')
        if test:
            found = found & self.world.with_fact(test)  # the set may be one that is kept
        names = set()
        for number in found:
            i, n = self.world.paragraphs[number][0]
            names.add((self.world.articles[i]['id'], n) if unit == 'paragraph' else (self.world.articles[i]['id'],))
        return names

    def ask(self, wire):
        tree = self.maker.tree(self.rng.choice((1, 2, 2, 3)))
        q = tree.write(self.rng)
        unit = self.rng.choice(('article', 'paragraph'))
        match = self.rng.choice(('exact', 'all'))
        parameters, test = self.maker.filters()
        target = target_of(q, unit=unit, match=match, limit=LIMIT, **parameters)
        answer = wire.get(target)
        where = f'{q!r} {parameters} unit={unit} match={match}'
        assert answer.status == 200, f'{where}: {answer.status} {answer.body!r}'
        page = answer.json
        want = self.expect(tree, unit, match, test)
        got = [(h['id'], h['paragraphs'][0]['n']) if unit == 'paragraph' else (h['id'],) for h in page['hits']]
        assert not page['partial'] and not page['notes'] or not want, f'{where}: {page["notes"]}'
        assert len(set(got)) == len(got), f'{where}: a hit comes twice'
        assert all(h['match'] in TIERS[match] for h in page['hits']), where
        wrong = [name for name in got if name not in want]
        assert not wrong, f'{where}: {len(wrong)} too many, such as {wrong[:3]}'
        total = page['total']
        assert total['relation'] == 'eq' or (unit == 'article' and len(want) > LIMIT), f'{where}: {total}'
        if total['relation'] == 'eq':
            assert total['value'] == len(want), \
                f'{where}: {total["value"]} of {len(want)}, such as {sorted(want - set(got))[:3]}'
        assert len(got) == min(len(want), LIMIT), f'{where}: {len(got)} of {len(want)}, missing {sorted(want - set(got))[:3]}'
        self.account['queries'] += 1
        self.account['with hits'] += bool(want)
        self.account['hits'] += len(want)
        self.account['nested'] += '(' in q or '（' in q
        self.account['with NOT'] += bool(re.search('NOT|ＮＯＴ|-|－', q))

    def run(self, index, n):
        with Server(index, environment={'JIANWEN_QUERY_TIME_MS': '0', 'JIANWEN_CACHE': '0'}) as server:
            with server.wire(600) as wire:
                for _ in range(n):
                    self.ask(wire)
        return f'{len(self.world.paragraphs)} paragraphs: ' + ', '.join(f'{v} {k}' for k, v in self.account.items())


def run(articles, n, seed):
    """Index the articles, ask n queries. @return a line about it."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix='jw-boolean-') as folder:
        lines = '\n'.join(json.dumps(a, ensure_ascii=False) for a in articles)
        subprocess.run([INDEXER, '--index', folder + '/index', 'import', '-'], input=lines.encode(), check=True,
                       stdout=subprocess.DEVNULL, env=clean_environment())
        report = Oracle(articles, seed).run(folder + '/index', n)
    return f'{report}; {time.monotonic() - start:.0f} seconds'
