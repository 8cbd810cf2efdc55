#!/usr/bin/env python3
"""layers.py SOURCE_DIR : check what each room includes.

A room stands above what it uses: server -> search -> index -> text, xap, glass -> base;
indexer -> index.  Each public header belongs to the room that implements it.
"""
import os
import re
import sys

PUBLIC = {
    'base': ['arena', 'article', 'buf', 'clock', 'compiler', 'date', 'file', 'log',
             'settings', 'signature', 'status', 'str'],
    'text': ['encoding', 'folded', 'normalize', 'overlap', 'tokenizer', 'utf8'],
    'xap': ['xap'],
    'glass': ['glass', 'glass_reader'],
    'index': ['database', 'index', 'schema'],
    'search': ['query', 'related', 'search', 'suggest'],
}
MAY_USE = {
    'lib/base': {'base'},
    'lib/text': {'base', 'text'},
    'lib/xap': {'base', 'xap'},
    'lib/glass': {'base', 'glass'},
    'lib/index': {'base', 'text', 'xap', 'glass', 'index'},
    'lib/search': {'base', 'text', 'xap', 'index', 'search'},
    'indexer/paragraph': {'base', 'text'},
    'indexer': {'base', 'text', 'index'},
    'server': {'base', 'text', 'index', 'search'},
}
# Libraries that only one place may include.
OWNERS = {
    'xapian.h': ['lib/xap'],
    'microhttpd.h': ['server'],
    'utf8proc.h': ['lib/text'],
    'uchardet.h': ['lib/text'],
    'zstd.h': ['lib/index'],
    'ini.h': ['lib/base'],
    'cjson/cJSON.h': ['indexer', 'server'],
}
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


def room_of(path):
    fits = [r for r in MAY_USE if path == r or path.startswith(r + '/')]
    return max(fits, key=len) if fits else None


def main():
    source = sys.argv[1]
    header_room = {f'jianwen/{h}.h': room for room, hs in PUBLIC.items() for h in hs}
    faults, files = [], 0
    for header in sorted(os.listdir(os.path.join(source, 'include/jianwen'))):
        if f'jianwen/{header}' not in header_room:
            faults.append(f'include/jianwen/{header}: belongs to no room (tests/lint/layers.py)')
    for top in ('lib', 'indexer', 'server'):
        for folder, _, names in os.walk(os.path.join(source, top)):
            for name in sorted(names):
                if not name.endswith(('.c', '.h', '.cc', '.hh')):
                    continue
                path = os.path.relpath(os.path.join(folder, name), source)
                room = room_of(path)
                files += 1
                if name.endswith(('.cc', '.hh')) and room != 'lib/xap':
                    faults.append(f'{path}: C++ outside lib/xap')
                with open(os.path.join(folder, name), encoding='utf-8') as f:
                    for number, line in enumerate(f, 1):
                        match = INCLUDE.match(line)
                        if not match:
                            continue
                        included = match.group(1)
                        used = header_room.get(included)
                        if used and used not in MAY_USE[room]:
                            faults.append(f'{path}:{number}: {room} must not include {included}')
                        if '..' in included.split('/'):
                            faults.append(f'{path}:{number}: include by way of ".."')
                        owners = OWNERS.get(included)
                        if owners and not any(room_of(path) == o or path.startswith(o + '/')
                                              for o in owners):
                            faults.append(f'{path}:{number}: only {owners} may include {included}')
    if files == 0:
        faults.append('no source files found')
    print('\n'.join(faults) if faults else f'{files} files keep the layers')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
