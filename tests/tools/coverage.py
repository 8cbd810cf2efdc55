#!/usr/bin/env python3
"""coverage.py BUILD: the lines of our sources that the tests of a build with coverage have run.

Says it folder by folder and file by file, the least covered first; the counts come from gcov."""
import collections
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ('lib', 'indexer', 'server')
FILE = re.compile(r"^File '([^']+)'\nLines executed:([\d.]+)% of (\d+)$", re.MULTILINE)


def counted(build):
    """(lines run, lines) by source file; of headers nothing, they are counted in many objects."""
    counts = {}
    for room in ROOMS:
        objects = [str(p) for p in (build / room).rglob('*.gcno')]
        if not objects:
            continue
        told = subprocess.run(['gcov', '--no-output', *objects], cwd=build, capture_output=True, text=True, check=True)
        for name, percent, lines in FILE.findall(told.stdout):
            path = pathlib.Path(build, name).resolve()
            if path.suffix in ('.c', '.cc') and path.is_relative_to(SOURCE):
                run = round(float(percent) * int(lines) / 100)
                counts[path.relative_to(SOURCE)] = (run, int(lines))
    return counts


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    counts = counted(pathlib.Path(sys.argv[1]).resolve())
    if not counts:
        sys.exit('coverage.py: no counts: build with --preset cov and run its tests first')
    folders = collections.defaultdict(dict)
    for path, count in counts.items():
        folders[path.parent][path.name] = count

    def line(name, pairs):
        run, lines = (sum(column) for column in zip(*pairs))
        return run / lines, f'{run / lines:6.1%} {run:6d} of {lines:6d}  {name}'

    for folder in sorted(folders):
        print(line(f'{folder}/', folders[folder].values())[1])
        for _, text in sorted(line(name, [count]) for name, count in folders[folder].items()):
            print('  ' + text)
    print(line('all', counts.values())[1])


if __name__ == '__main__':
    main()
