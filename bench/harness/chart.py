"""chart.py - one SVG of bars: speed of each engine, ours beside the peers."""

WIDTH, BAR, GAP, LEFT, RIGHT = 760, 18, 6, 230, 90
OURS, THEIRS, INK = '#b3261e', '#8a8f98', '#202124'


def groups(r):
    """(heading, unit, [(label, value, is ours)])"""
    found = []
    if 'full' in r or 'builds' in r:
        rows = {**r.get('builds', {}), **r.get('full', {})}
        found.append(('Building', 'MB/s', [(n, v['mb_per_second']['median'], n == 'jianwen')
                                           for n, v in rows.items()]))
    if 'http' in r:
        found.append(('Searches over HTTP, 4 connections', '/s',
                      [(n, v['per_second']['median'], n.startswith('jianwen'))
                       for n, v in r['http']['4'].items()]))
        found.append(('99th percentile over HTTP (shorter is better)', 'ms',
                      [(n, v['p99_us']['median'] / 1000, n.startswith('jianwen'))
                       for n, v in r['http']['4'].items()]))
    if 'process' in r:
        found.append(('Searches in process, one thread', '/s',
                      [(n, v['per_second']['median'], n.startswith('jianwen'))
                       for n, v in r['process'].items()]))
    return found


def bars(r):
    parts, y = [], 16
    for heading, unit, rows in groups(r):
        parts.append(f'<text x="8" y="{y + 10}" font-weight="bold">{heading}</text>')
        y += 22
        most = max(value for _, value, _ in rows) or 1
        for label, value, ours in rows:
            width = max(1, (WIDTH - LEFT - RIGHT) * value / most)
            shown = f'{value:,.0f}' if value >= 100 else f'{value:.1f}'
            parts.append(f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{label}</text>'
                         f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" '
                         f'fill="{OURS if ours else THEIRS}"/>'
                         f'<text x="{LEFT + width + 6:.1f}" y="{y + 13}">{shown} {unit}</text>')
            y += BAR + GAP
        y += 14
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" '
            f'height="{y}" font-family="sans-serif" font-size="12" fill="{INK}">\n'
            f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>\n' + '\n'.join(parts) + '\n</svg>\n')
