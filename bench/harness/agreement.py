"""agreement.py - do the engines find the same paragraphs for the same phrase?

Files of "query TAB total TAB relation TAB id#n ..." are compared query by query.  Every
engine has its own idea of a phrase, so what only one of them finds is looked up in the
text itself: does the paragraph hold the phrase, white space and widths of letters aside?
What a peer finds and the text holds must be found by us.
"""
import unicodedata

MOST_HITS = 1000
MOST_EXAMPLES = 5


def read(path):
    found = {}
    with open(path, encoding='utf-8') as f:
        for line in f:
            query, total, _, *keys = line.rstrip('\n').split('\t')
            found[query.strip('"')] = (int(total), set(keys))
    return found


def texts_of(keys, path):
    """The paragraphs of these keys (id#n) in a corpus' paragraphs.tsv."""
    texts = {}
    with open(path, encoding='utf-8') as f:
        for line in f:
            article, n, _, _, _, text = line.rstrip('\n').split('\t', 5)
            key = f'{article}#{n}'
            if key in keys:
                texts[key] = text
    return texts


def holds(text, phrase):
    """Phrases are Chinese characters: white space inside one does not count."""
    return phrase in ''.join(unicodedata.normalize('NFKC', text).split())


def differences(ours, theirs):
    """What is found by one side alone, (query, key) each; and figures of what was compared."""
    only_theirs, only_ours = [], []
    row = {'queries': 0, 'same': 0, 'paragraphs': 0}
    for query, (total, keys) in theirs.items():
        # Beyond the limit only the best are listed, and the orders differ.
        if query not in ours or total >= MOST_HITS or ours[query][0] >= MOST_HITS:
            continue
        mine = ours[query][1]
        row['queries'] += 1
        row['same'] += keys == mine
        row['paragraphs'] += len(keys)
        only_theirs += [(query, key) for key in sorted(keys - mine)]
        only_ours += [(query, key) for key in sorted(mine - keys)]
    return row, only_theirs, only_ours


def compare(files, name, paragraphs):
    """
    files: engine -> what it found; name: which of them is ours; paragraphs: the text.
    A row a peer; not good when the text holds a phrase where only a peer finds it.
    """
    ours = read(files[name])
    found = {peer: differences(ours, read(path)) for peer, path in files.items() if peer != name}
    texts = texts_of({key for _, only_theirs, only_ours in found.values()
                      for _, key in only_theirs + only_ours}, paragraphs)
    result = {'good': True, 'peers': {}}
    for peer, (row, only_theirs, only_ours) in found.items():
        wrong = [(q, key) for q, key in only_theirs if not holds(texts[key], q)]
        row['missing'] = len(only_theirs) - len(wrong)
        row['not_held'] = len(wrong)
        row['more'] = sum(holds(texts[key], q) for q, key in only_ours)
        row['other_forms'] = len(only_ours) - row['more']
        row['examples'] = {
            'missing': [d for d in only_theirs if d not in wrong][:MOST_EXAMPLES],
            'not_held': wrong[:MOST_EXAMPLES],
            'other_forms': [(q, key) for q, key in only_ours
                            if not holds(texts[key], q)][:MOST_EXAMPLES]}
        result['peers'][peer] = row
        result['good'] = result['good'] and row['missing'] == 0
    return result
