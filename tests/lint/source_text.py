#!/usr/bin/env python3
"""source_text.py SOURCE_DIR : what must not stand in any committed file.

No bidirectional control characters (they make code read other than it runs), no
banned library functions, no files of more than 600 lines but generated tables.
"""
import os
import re
import subprocess
import sys

BIDI = re.compile('[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]')
BANNED = re.compile(r'\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|atoi|atol|atoll|atof|'
                    r'strtol|strtoul|strtoll|strtoull|gets|alloca|gmtime|localtime|asctime|ctime|'
                    r'sscanf|scanf|fscanf|system|popen|tmpnam|mktemp|setjmp|longjmp)\s*\(')
LONGEST = 600
TEXT = ('.c', '.h', '.cc', '.hh', '.py', '.sh', '.js', '.md', '.txt', '.cmake', '.json', '.conf',
        '.html', '.css', '.yml', '.tsv')


def files_of(source):
    try:
        out = subprocess.run(['git', '-C', source, 'ls-files', '-co', '--exclude-standard'],
                             capture_output=True, check=True, text=True).stdout
        return [f for f in out.split('\n') if f]
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, dirs, names in os.walk(source):
            dirs[:] = [d for d in dirs if d not in ('.git', 'build', 'node_modules', 'var')]
            found += [os.path.relpath(os.path.join(folder, n), source) for n in names]
        return found


def main():
    source = sys.argv[1]
    faults, n = [], 0
    for path in files_of(source):
        full = os.path.join(source, path)
        script = path.startswith(('script/', '.ci/'))
        if not (path.endswith(TEXT) or script) or not os.path.isfile(full):
            continue
        if path.startswith(('config/samples/', 'tests/fixtures/', 'tests/fuzz/')):
            continue  # data, some of it in other encodings or hostile on purpose
        n += 1
        with open(full, encoding='utf-8') as f:
            lines = f.read().split('\n')
        for number, line in enumerate(lines, 1):
            if BIDI.search(line):
                faults.append(f'{path}:{number}: bidirectional control character')
            if path.startswith(('include/', 'lib/', 'indexer/', 'server/')) and BANNED.search(line.split('//')[0]) \
                    and not line.lstrip().startswith('*'):
                faults.append(f'{path}:{number}: banned function: {line.strip()}')
        generated = path.endswith(('_table.c', '_data.c'))
        if path.endswith(('.c', '.h', '.cc', '.hh', '.py', '.js')) and len(lines) - 1 > LONGEST \
                and not generated:
            faults.append(f'{path}: {len(lines) - 1} lines, the limit is {LONGEST}')
    if n == 0:
        faults.append('no files found')
    print('\n'.join(faults) if faults else f'{n} files are clean')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
