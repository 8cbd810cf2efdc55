"""report.py - docs/benchmarks.md and its chart, from what bench/run measured."""
import os

import chart

TITLES = {
    'jianwen': 'Jianwen', 'groonga': 'Groonga, TokenBigram',
    'lucene': 'Lucene, CJKAnalyzer', 'sqlite': 'SQLite FTS5, trigram',
    'xapian-bigrams': 'Xapian, our bigrams, no positions',
    'xapian-ngrams': 'Xapian, its own n-grams, positions',
}


def number(value):
    if value >= 1000:
        return f'{value:,.0f}'
    return f'{value:.1f}' if value >= 10 else f'{value:.2f}'


def cell(s):
    """Median, with the least and the greatest when there were several."""
    if s['n'] < 2:
        return number(s['median'])
    return f'{number(s["median"])} ({number(s["min"])}–{number(s["max"])})'


def table(head, rows):
    lines = ['| ' + ' | '.join(head) + ' |', '|' + ' --- |' * len(head)]
    lines += ['| ' + ' | '.join(str(c) for c in row) + ' |' for row in rows]
    return '\n'.join(lines)


def ratio(a, b):
    return a['median'] / b['median'] if b['median'] else 0


def goals(r):
    """What was aimed at: (what, aim, measured as text, reached)."""
    rows = []

    def at_least(what, aim, value):
        rows.append((what, f'≥ {aim} ×', f'{value:.2f} ×', value >= aim))

    def at_most(what, aim, value, unit=''):
        rows.append((what, f'≤ {aim}{unit}', f'{value:.2f}{unit}', value <= aim))

    full, builds, http = r.get('full'), r.get('builds'), r.get('http')
    if full and 'groonga' in full:
        at_least('build against Groonga, large corpus', 6,
                 ratio(full['jianwen']['mb_per_second'], full['groonga']['mb_per_second']))
    if builds:
        at_least('build against Groonga', 6,
                 ratio(builds['jianwen']['mb_per_second'], builds['groonga']['mb_per_second']))
        at_least('build against Xapian with the same bigrams', 10,
                 ratio(builds['jianwen']['mb_per_second'],
                       builds['xapian-bigrams']['mb_per_second']))
    if full:
        at_most('bytes of index and text per byte of title + text', 1.5,
                full['jianwen']['bytes_per_byte']['median'])
        if 'lucene' in full:
            at_most('the same against Lucene', 1,
                    ratio(full['jianwen']['bytes_per_byte'], full['lucene']['bytes_per_byte']), ' ×')
    if http:
        ours, theirs = http['4']['jianwen: phrase, paragraphs'], http['4']['groonga: phrase']
        words = http['4']['jianwen: words, articles']
        at_least('phrases a second over HTTP against Groonga', 12,
                 ratio(ours['per_second'], theirs['per_second']))
        at_least('the same by time of the processor', 12, ratio(theirs['cpu_us'], ours['cpu_us']))
        if 'jianwen: phrase, counted to 1,000' in http['4']:
            counted = http['4']['jianwen: phrase, counted to 1,000']
            at_least('phrases a second over HTTP, totals counted to 1,000, against Groonga', 12,
                     ratio(counted['per_second'], theirs['per_second']))
            at_most('their 99th percentile, 4 connections, against Groonga\'s', 0.1,
                    ratio(counted['p99_us'], theirs['p99_us']), ' ×')
        at_least('ranked word searches over HTTP against Groonga\'s phrases', 12,
                 ratio(words['per_second'], theirs['per_second']))
        at_most('99th percentile of phrases, 4 connections, against Groonga\'s', 0.1,
                ratio(ours['p99_us'], theirs['p99_us']), ' ×')
    process = r.get('process', {})
    if 'lucene, phrase' in process:
        ours, theirs = process['jianwen, phrase, paragraphs'], process['lucene, phrase']
        at_least('phrases in process, one thread, against Lucene', 4,
                 ratio(ours['per_second'], theirs['per_second']))
        at_least('the same by time of the processor', 4, ratio(theirs['cpu_us'], ours['cpu_us']))
        if 'jianwen, phrase, counted to 1,000' in process:
            counted = process['jianwen, phrase, counted to 1,000']
            at_least('phrases in process, totals counted to 1,000 as by Lucene', 4,
                     ratio(counted['per_second'], theirs['per_second']))
    growth = r.get('growth', {}).get('jianwen, phrase, paragraphs', {})
    for a, b, aim in (('100000', '1000000', 2), ('100000', '10000000', 8)):
        if a in growth and b in growth:
            at_most(f'growth of the median, {int(a):,} to {int(b):,} paragraphs', aim,
                    ratio(growth[b]['p50_us'], growth[a]['p50_us']), ' ×')
    if 'start' in r:
        at_most('start of the server to its first answer', 50, r['start']['ms']['median'], ' ms')
        at_most('resident memory beyond the page cache', 64, r['start']['own_mb_loaded']['median'], ' MB')
    if 'empty' in r:
        at_least('empty requests against a bare libmicrohttpd answer', 0.8,
                 ratio(r['empty']['16']['jianwen']['per_second'],
                       r['empty']['16']['libmicrohttpd']['per_second']))
        at_least('the same by time of the processor', 0.8,
                 ratio(r['empty']['16']['libmicrohttpd']['cpu_us'], r['empty']['16']['jianwen']['cpu_us']))
    return rows


def builds_section(r):
    parts = []
    for key, what in (('builds', 'build_paragraphs'), ('full', 'paragraphs')):
        if key not in r:
            continue
        base = r[key]['jianwen']
        parts.append(f'**{r["args"][what]:,} paragraphs**\n\n' + table(
            ('', 'MB of text a second', 'of ours', 'bytes per byte of title + text', 'most memory, MB'),
            [(TITLES[name], cell(row['mb_per_second']),
              f'1 / {ratio(base["mb_per_second"], row["mb_per_second"]):.1f}' if name != 'jianwen' else '1',
              f'{row["bytes_per_byte"]["median"]:.2f}', number(row['most_mb']['median']))
             for name, row in r[key].items()]))
    return '## Building\n\n' + '\n\n'.join(parts) if parts else ''


def process_section(r):
    if 'process' not in r:
        return ''
    base = r['process']['jianwen, phrase, paragraphs']['per_second']
    return ('## Searching in process, one thread\n\nTen hits with their stored text; ours are '
            'marked, too. SQLite is asked only for the phrases of three and more characters.\n\n' + table(
                ('', 'searches a second', 'of ours', 'p50 µs', 'p99 µs', 'processor µs'),
                [(mode, cell(row['per_second']), f'{ratio(row["per_second"], base):.3f}',
                  cell(row['p50_us']), cell(row['p99_us']), cell(row['cpu_us'])) for mode, row in r['process'].items()]))


def http_section(r):
    parts = []
    for connections, rows in r.get('http', {}).items():
        base = rows['groonga: phrase']['per_second']
        parts.append(f'**{connections} connections**\n\n' + table(
            ('', 'requests a second', 'of Groonga\'s', 'p50 µs', 'p99 µs', 'processor µs', 'errors'),
            [(mode, cell(row['per_second']), f'{ratio(row["per_second"], base):.1f}',
              cell(row['p50_us']), cell(row['p99_us']), cell(row['cpu_us']), int(row['bad']['max']))
             for mode, row in rows.items()]))
    return ('## Searching over HTTP\n\nwrk on the same machine, one thread; both caches off; ten hits '
            'with id, title, date, source, paragraph and marked snippet.\n\n' + '\n\n'.join(parts)
            if parts else '')


def agree_section(r):
    if 'agree' not in r:
        return ''
    rows = [(TITLES[name], *(f'{row[key]:,}' for key in (
        'queries', 'same', 'paragraphs', 'missing', 'not_held', 'more', 'other_forms')))
            for name, row in r['agree']['peers'].items()]
    return ('## Do the answers agree?\n\nAll paragraphs for each phrase, where fewer than 1,000 hold it: '
            'the sets are compared, and what one side finds alone is looked up in the text. The text holds '
            'a phrase when its characters follow each other, white space aside. What we find alone holds it '
            'across white space, or in other forms: traditional or variant characters. CJKAnalyzer numbers '
            'its pairs through, punctuation or not, so that Lucene takes 征程中，中国 for 征程中国: a character '
            'that stands on both sides of a mark counts once.\n\n' + table(
                ('against', 'phrases', 'same set', 'its paragraphs', 'it alone finds, held by the text',
                 'not held', 'we alone find, held by the text', 'in other forms'), rows))


def growth_section(r):
    if 'growth' not in r:
        return ''
    rows = [(mode, f'{int(size):,}', cell(row['p50_us']), cell(row['p99_us']), cell(row['mean_us']))
            for mode, sizes in r['growth'].items() for size, row in sizes.items()]
    text = ('## Growth\n\nThe same queries, from the smallest text, in process.\n\n'
            + table(('', 'paragraphs', 'p50 µs', 'p99 µs', 'mean µs'), rows))
    if 'growth_builds' in r:
        text += '\n\n' + table(
            ('paragraphs', 'built at MB/s', 'bytes per byte', 'most memory, MB'),
            [(f'{int(size):,}', number(b['mb_per_second']), f'{b["bytes_per_byte"]:.2f}', number(b['most_mb']))
             for size, b in r['growth_builds'].items()])
    return text


def server_section(r):
    parts = []
    if 'empty' in r:
        parts.append(table(('empty requests a second', 'ours', 'bare libmicrohttpd', 'share'),
                           [(f'{c} connections', cell(rows['jianwen']['per_second']),
                             cell(rows['libmicrohttpd']['per_second']),
                             f'{ratio(rows["jianwen"]["per_second"], rows["libmicrohttpd"]["per_second"]):.2f}')
                            for c, rows in r['empty'].items()]))
    if 'start' in r:
        s = r['start']
        parts.append(f'With an index of {s["index_bytes"] / 1e9:.2f} GB ({s["paragraphs"]:,} paragraphs, in the '
                     f'page cache) the server gives its first answer {cell(s["ms"])} ms after it is started; its own '
                     f'memory (RssAnon) is then {cell(s["own_mb"])} MB, and {cell(s["own_mb_loaded"])} MB after '
                     'three seconds of load.')
    return '## The server\n\n' + '\n\n'.join(parts) if parts else ''


def setting_section(r):
    m = r['machine']
    versions = ', '.join(f'{name} {version}' for name, version in m['versions'].items() if version)
    corpora = [(f'{c["paragraphs"]:,}', f'{c["articles"]:,}', f'{c["made_articles"]:,}',
                number((c["text_bytes"] + c["title_bytes"]) / 1e6), c['source'])
               for c in r.get('corpus', {}).values()]
    return (f'{m["system"]}, {m["cores"]} cores ({m["cpu"]}), {m["memory_gib"]} GiB, shared with other work (load average '
            f'{m["load"]:.0f} when this began): read the ratios, and the time of the processor, which '
            'waiting for a turn does not lengthen. Commit ' + r.get('commit', '') + f'. {versions}.\n\n' + table(
                ('paragraphs', 'articles', 'of these recombined', 'MB of text', 'from'), corpora))


INTRO = """# Benchmarks

Written by [`bench/run`](../bench/run); nothing here is typed in. One command installs the peers, makes the
text, builds and asks everybody in turn, and checks that the answers agree:

```
bench/run            # as below
bench/run --quick    # a tenth of it, in minutes; leaves this page alone
bench/run --help     # sizes, rounds, steps
```

Medians of {rounds} rounds, least and greatest in brackets; inside a round the peers take turns. Queries are
strings of two to eight Chinese characters from the text, each length as often. The result cache is off.
Articles are real ones where the text beside the project is there, else the samples; paragraphs are cut at
sentence ends to about 250 bytes, and what is wanted beyond them is made of their sentences
([`bench/corpus.py`](../bench/corpus.py)). How each peer is built and asked stands in
[`bench/peers/`](../bench/peers). Where the time goes: [performance.md](performance.md).
"""


def summary(r):
    return '\n'.join(f'{"reached" if good else "MISSED ":8} {what}: {got} (aim {aim})'
                     for what, aim, got, good in goals(r))


def write(r, path):
    name = os.path.splitext(os.path.basename(path))[0] + '.svg'
    with open(os.path.join(os.path.dirname(path), name), 'w', encoding='utf-8') as f:
        f.write(chart.bars(r))
    sections = [INTRO.format(rounds=r['args']['rounds']) + '\n' + setting_section(r),
                f'![Jianwen beside its peers]({name})',
                '## Aims\n\n' + table(('', 'aim', 'measured', ''),
                                      [(what, aim, got, 'reached' if good else '**missed**')
                                       for what, aim, got, good in goals(r)]),
                builds_section(r), http_section(r), process_section(r), agree_section(r),
                growth_section(r), server_section(r)]
    with open(path, 'w', encoding='utf-8') as f:
        f.write('\n\n'.join(s.strip() for s in sections if s) + '\n')
