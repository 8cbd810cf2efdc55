"""A plain scan of normalised text, written apart from the library: what a phrase in quotation marks must find.

Key form and edges follow docs/text.md; only the table of traditional and variant forms is the project's own.
"""
import os
import re
import unicodedata

IGNORED = re.compile('[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f\u3164'
                     '\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]')
RUNS = re.compile('[\u1100-\u11ff\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f'
                  '\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31c0-\u31e3\u31f0-\u31ff\u3400-\u4dbf'
                  '\u4e00-\u9fff\ua000-\ua48c\ua490-\ua4c6\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff'
                  '\U00016fe0-\U00016fe3\U00017000-\U00018cff\U0001aff0-\U0001b2ff\U00020000-\U0003fffd]')
SOUND_MARKS = {'\u309b': '\u3099', '\u309c': '\u309a'}
# What ends one paragraph's keys in the row of all: it is in no text, since it is no character.
END = '\ud800'


def tables(source_dir):
    """@return {from: to} of lib/text/fold_table.c, radicals applied before scripts."""
    with open(os.path.join(source_dir, 'lib', 'text', 'fold_table.c'), encoding='ascii') as f:
        parts = re.split(r'struct jw_fold_pair jw_fold_\w+\[\] = ', f.read())
    pairs = [{chr(int(a, 16)): chr(int(b, 16)) for a, b in re.findall(r'\{(0x[0-9A-F]+), (0x[0-9A-F]+)\}', part)}
             for part in parts[1:]]
    assert len(pairs) == 2 and all(len(p) > 50 for p in pairs)
    radicals, scripts = pairs
    out = dict(scripts)
    out.update({a: scripts.get(b, b) for a, b in radicals.items()})
    return out


class Keys:
    """Key forms: characters of the key, each with the piece of the text it came from."""

    def __init__(self, source_dir):
        self.table = tables(source_dir)
        self.folded = {}
        self.in_word = {}

    def fold(self, segment):
        """A character with what joins it."""
        key = self.folded.get(segment)
        if key is None:
            key = ''.join(SOUND_MARKS.get(c, c) for c in segment)
            before = None
            while key != before:
                before = key
                compat = ''.join(c if len(d) > 1 and d[0] == ' ' else d for c in key for d in [unicodedata.normalize('NFKD', c)])
                key = unicodedata.normalize('NFC', IGNORED.sub('', unicodedata.normalize('NFD', compat).casefold()))
                key = ''.join(self.table.get(c, c) for c in key)
            self.folded[segment] = key
        return key

    def is_word(self, c):
        """Whether c is a letter, mark or digit that makes words."""
        known = self.in_word.get(c)
        if known is None:
            known = self.in_word[c] = unicodedata.category(c)[0] in 'LMN' and not RUNS.match(c)
        return known

    @staticmethod
    def joins(c):
        return unicodedata.combining(c) != 0 or c in '\u309b\u309c\uff9e\uff9f'

    def segments(self, text):
        """(start, end) of each character with what joins it, white space and dropped characters left out."""
        start = None
        for i, c in enumerate(text):
            if IGNORED.match(c):
                continue
            if start is not None and self.joins(c):
                end = i + 1
                continue
            if start is not None:
                yield start, end
            start, end = (None, None) if c.isspace() else (i, i + 1)
        if start is not None:
            yield start, end

    def key(self, text):
        """@return (key, starts, ends): of each key character, the piece of the text."""
        key, starts, ends = [], [], []
        for start, end in self.segments(text):
            for c in self.fold(text[start:end]):
                if c == ' ':
                    continue
                spaced = key and ends[-1] < start and any(s.isspace() for s in text[ends[-1]:start])
                if spaced and self.is_word(key[-1]) and self.is_word(c):
                    key.append(' ')
                    starts.append(ends[-1])
                    ends.append(start)
                key.append(c)
                starts.append(start)
                ends.append(end)
        return ''.join(key), starts, ends

    def edges(self, key, starts):
        """@return a list: may a match begin or end before key[i]? One more for the end."""
        out = [True] * (len(key) + 1)
        for i in range(1, len(key)):
            out[i] = starts[i] != starts[i - 1] and not (self.is_word(key[i]) and self.is_word(key[i - 1]))
        return out


class Scan:
    """All paragraphs of a corpus in one row of keys: [(name, text)]."""

    def __init__(self, keys, paragraphs):
        self.keys = keys
        self.paragraphs = paragraphs
        self.limits = [0]
        self.closed = set()  # places inside one character's several keys
        row = []
        at = 0
        for _, text in paragraphs:
            key, starts, _ = keys.key(text)
            self.closed.update(at + i for i in range(1, len(key)) if starts[i] == starts[i - 1])
            row.append(key)
            at += len(key) + 1
            self.limits.append(at)
        self.row = END.join(row) + END

    def is_edge(self, i):
        row, word = self.row, self.keys.is_word
        if i == 0 or row[i] == END or row[i - 1] == END:
            return True
        return i not in self.closed and not (word(row[i]) and word(row[i - 1]))

    def find(self, key):
        """@return the numbers of the paragraphs that hold the key, ascending."""
        found = []
        at = self.row.find(key)
        number = 0
        while at >= 0:
            if self.is_edge(at) and self.is_edge(at + len(key)):
                number = self.number_of(at, number)
                found.append(number)
                at = self.row.find(key, self.limits[number + 1])
            else:
                at = self.row.find(key, at + 1)
        return found

    def number_of(self, at, low):
        high = len(self.limits) - 1
        while low + 1 < high:
            middle = (low + high) // 2
            low, high = (middle, high) if self.limits[middle] <= at else (low, middle)
        return low


def pick(rng, keys, text, longest=12):
    """A random piece of text, of 1 to `longest` keys, that cuts no word and no character. @return it, or None."""
    key, starts, ends = keys.key(text)
    if not key:
        return None
    edges = keys.edges(key, starts)
    first = rng.randrange(len(key))
    last = first + rng.randint(1, longest)
    while not edges[first]:
        first -= 1
    last = min(last, len(key))
    while not edges[last]:
        last += 1
    piece = text[starts[first]:ends[last - 1]].strip()
    return piece if any(keys.is_word(c) or RUNS.match(c) for c in keys.key(piece)[0]) else None


def quoted(piece):
    """The piece in the quotation marks that are not in it; None when all are."""
    for opening, closing in ('""', '“”', '「」', '『』'):
        if closing not in piece:
            return opening + piece + closing
    return None
