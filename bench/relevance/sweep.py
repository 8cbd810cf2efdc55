#!/usr/bin/env python3
"""The experiment behind lib/search/rank.h: change one number, build, measure on every set; print the rows.

sweep.py [--only NAME=VALUE]... [relevance.py's options and sets]
Without --only: the rows of docs/relevance.md.
"""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = os.path.join(ROOT, 'build', 'sweep')
TABLE = os.path.join('lib', 'search', 'rank.h')
ROWS = {'JW_RANK_K1': ('0.8f', '1.6f'), 'JW_RANK_B': ('0.5f', '0.75f', '1.0f'), 'JW_RANK_CHARS': ('0.0f', '0.5f', '1.5f'),
        'JW_RANK_PARAGRAPH': ('0.0f', '0.2f', '0.7f'), 'JW_RANK_NEAR': ('0.0f', '0.5f', '2.0f'),
        'JW_RANK_NEAR_TOKENS': ('15', '30'), 'JW_RANK_FUNCTION_CHAR': ('0.0f', '1.0f'),
        'JW_RANK_FUNCTION_PAIR': ('0.0f', '0.7f', '1.0f')}


def build(change):
    """Build a copy of the sources with one number changed. @return its build folder."""
    source = os.path.join(WORK, 'source')
    shutil.copytree(ROOT, source, dirs_exist_ok=True, ignore=shutil.ignore_patterns('build', '.git'))
    if change:
        name, value = change
        path = os.path.join(source, TABLE)
        with open(path, encoding='utf-8') as f:
            text, n = re.subn(rf'(#define {name}\s+)\S+', rf'\g<1>{value}', f.read())
        if n != 1:
            sys.exit(f'{TABLE} does not define {name}')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
    out = os.path.join(source, 'build', 'release')
    subprocess.run(['cmake', '--preset', 'release'], cwd=source, stdout=subprocess.DEVNULL, check=True)
    subprocess.run(['cmake', '--build', out, '--target', 'jianwen-server', 'jianwen-indexer', '--', '--quiet'], check=True)
    return out


def main():
    arguments = sys.argv[1:]
    only = []
    while arguments[:1] == ['--only']:
        only.append(tuple(arguments[1].split('=', 1)))
        arguments = arguments[2:]
    changes = only or [None] + [(name, value) for name, values in ROWS.items() for value in values]
    if '--shared' not in arguments:
        arguments += ['--shared', os.path.join(os.path.dirname(ROOT), 'shared')]
    for change in changes:
        print('as it is' if change is None else '='.join(change), flush=True)
        subprocess.run([sys.executable, os.path.join(HERE, 'relevance.py'), '--build', build(change), '--keep',
                        os.path.join(WORK, 'kept'), *arguments], check=True)


if __name__ == '__main__':
    main()
