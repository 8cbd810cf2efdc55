"""agreement.py - do the engines find the same paragraphs for the same phrase?

Files of "query TAB total TAB relation TAB id#n ..." are compared query by query, with
every engine's own idea of a phrase: punctuation and space inside a phrase, traditional
forms and widths are read differently, so a few paragraphs differ by intent.  Ours must
hold all that each peer finds; fewer is a fault.
"""
MOST_HITS = 1000
# Share of peers' paragraphs that ours may lack before the run counts as failed.
TOLERANCE = 0.0005


def read(path):
    found = {}
    with open(path, encoding='utf-8') as f:
        for line in f:
            query, total, _, *keys = line.rstrip('\n').split('\t')
            found[query.strip('"')] = (int(total), set(keys))
    return found


def compare(files, name):
    ours = read(files[name])
    result = {'good': True, 'peers': {}}
    for peer, path in files.items():
        if peer == name:
            continue
        theirs = read(path)
        row = {'queries': 0, 'same': 0, 'paragraphs': 0, 'missing': 0, 'more': 0, 'examples': []}
        for query, (total, keys) in theirs.items():
            # Beyond the limit only the best are listed, and the orders differ.
            if query not in ours or total >= MOST_HITS or ours[query][0] >= MOST_HITS:
                continue
            mine = ours[query][1]
            row['queries'] += 1
            row['same'] += keys == mine
            row['paragraphs'] += len(keys)
            row['missing'] += len(keys - mine)
            row['more'] += len(mine - keys)
            if keys != mine and len(row['examples']) < 5:
                row['examples'].append([query, len(mine), len(keys),
                                        sorted(keys ^ mine)[0]])
        result['peers'][peer] = row
        if row['missing'] > TOLERANCE * max(1, row['paragraphs']):
            result['good'] = False
    return result
