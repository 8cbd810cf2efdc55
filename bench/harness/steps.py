"""steps.py - the measurements of bench/run, one method a step; results are plain data."""
import json
import os
import shutil
import statistics
import subprocess
import urllib.parse

import machine
from engines import ENGINES, Ours
from agreement import compare


def spread(values):
    """Median, least and greatest."""
    return {'median': statistics.median(values), 'min': min(values), 'max': max(values),
            'n': len(values)}


def rows_of(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith('{')]


class Bench:
    def __init__(self, args, project):
        self.args = args
        self.project = project
        self.work = args.work
        self.build_dir = os.path.join(project, 'build/release')
        wanted = {Ours.name, *args.peers.split(',')}
        self.engines = [engine(self) for engine in ENGINES if engine.name in wanted]
        self.ours = next(e for e in self.engines if isinstance(e, Ours))
        self.results = {}

    # ---- before and after ----

    def prepare(self):
        os.makedirs(self.work, exist_ok=True)
        saved = os.path.join(self.work, 'results.json')
        if os.path.exists(saved):
            with open(saved, encoding='utf-8') as f:
                self.results = json.load(f)
        for command in (['cmake', '--preset', 'release'], ['cmake', '--build', '--preset', 'release']):
            subprocess.run(command, cwd=self.project, check=True, stdout=subprocess.DEVNULL)
        for engine in self.engines:
            engine.prepare()
        self.results['machine'] = machine.description()
        self.results['commit'] = subprocess.run(
            ['git', 'rev-parse', '--short', 'HEAD'], cwd=self.project, capture_output=True,
            text=True, check=False).stdout.strip()
        self.results['args'] = {k: v for k, v in vars(self.args).items()
                                if k in ('paragraphs', 'build_paragraphs', 'rounds', 'seconds', 'quick')}

    def save(self):
        with open(os.path.join(self.work, 'results.json'), 'w', encoding='utf-8') as f:
            json.dump(self.results, f, indent=1)

    def remove_scratch(self):
        for name in os.listdir(self.work):
            path = os.path.join(self.work, name)
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)

    # ---- what the steps share ----

    def corpus(self, paragraphs, tsv=True):
        """The folder of a corpus; made once."""
        folder = os.path.join(self.work, f'corpus-{paragraphs}')
        facts = os.path.join(folder, 'corpus.json')
        if not os.path.exists(facts):
            source = (['--text', self.args.text] if self.args.text else
                      ['--samples', os.path.join(self.project, 'config/samples')])
            subprocess.run(['/usr/bin/python3', os.path.join(self.project, 'bench/corpus.py'),
                            str(paragraphs), folder, *source, '--queries',
                            str(self.args.queries), *([] if tsv else ['--no-tsv'])],
                           check=True, stdout=subprocess.DEVNULL)
        with open(facts, encoding='utf-8') as f:
            self.results.setdefault('corpus', {})[str(paragraphs)] = json.load(f)
        return folder

    def text_bytes(self, paragraphs):
        facts = self.results['corpus'][str(paragraphs)]
        return facts['text_bytes'] + facts['title_bytes']

    def index_dir(self, engine, paragraphs):
        return os.path.join(self.work, f'index-{engine.name}-{paragraphs}')

    def build_one(self, engine, paragraphs):
        folder = machine.fresh(self.index_dir(engine, paragraphs))
        corpus = self.corpus(paragraphs)
        engine.before_build(corpus)
        seconds, most_mb = machine.timed(engine.build_command(corpus, folder))
        engine.after_build(folder)
        return {'mb_per_second': self.text_bytes(paragraphs) / 1e6 / seconds,
                'seconds': seconds, 'most_mb': most_mb,
                'bytes_per_byte': machine.folder_bytes(folder) / self.text_bytes(paragraphs)}

    def built(self, engine, paragraphs):
        """The engine's index of that size; built when it is not there."""
        folder = self.index_dir(engine, paragraphs)
        if not os.path.isdir(folder) or not os.listdir(folder):
            self.build_one(engine, paragraphs)
        return folder

    def builds_of(self, engines, paragraphs, rounds):
        runs = {e.name: [] for e in engines}
        for number in range(rounds):
            for engine in engines:
                run = self.build_one(engine, paragraphs)
                runs[engine.name].append(run)
                print(f'  {engine.name} {number + 1}: {run["mb_per_second"]:.2f} MB/s, '
                      f'{run["bytes_per_byte"]:.2f} bytes', flush=True)
        return {name: {key: spread([r[key] for r in rs]) for key in rs[0]}
                for name, rs in runs.items()}

    # ---- steps ----

    def step_builds(self):
        """Everybody builds the small corpus, once a round."""
        self.results['builds'] = self.builds_of(self.engines, self.args.build_paragraphs,
                                                self.args.rounds)

    def step_full(self):
        """The engines that are searched build the large corpus; the quick ones each round."""
        searched = [e for e in self.engines if e.at_full_size]
        self.results['full'] = self.builds_of(searched, self.args.paragraphs, 1)

    def step_agree(self):
        """The same paragraphs for the same phrase."""
        corpus = self.corpus(self.args.paragraphs)
        queries = os.path.join(corpus, 'queries.txt')
        files = {}
        for engine in (e for e in self.engines if e.at_full_size and e.searched):
            out = os.path.join(self.work, f'hits-{engine.name}.tsv')
            engine.hits(self.built(engine, self.args.paragraphs), queries, out)
            files[engine.name] = out
        self.results['agree'] = compare(files, self.ours.name,
                                        os.path.join(corpus, 'paragraphs.tsv'))
        print('  ', json.dumps(self.results['agree'], ensure_ascii=False), flush=True)

    def step_process(self):
        """Phrase searches in process, on one thread."""
        with open(os.path.join(self.corpus(self.args.paragraphs), 'queries.txt'), encoding='utf-8') as f:
            queries = self.write_paths('process', f.read().split('\n')[:self.args.process_queries])
        rows = {}
        for _ in range(self.args.rounds):
            for engine in (e for e in self.engines if e.at_full_size):
                folder = self.built(engine, self.args.paragraphs)
                for mode, command in engine.search_commands(folder, queries, 1):
                    done = subprocess.run(command, check=True, capture_output=True, text=True)
                    rows.setdefault(mode, []).append(rows_of(done.stdout)[0])
                    print(f'  {mode}: {done.stdout.strip()}', flush=True)
        self.results['process'] = {
            mode: {key: spread([r[key] for r in rs])
                   for key in ('per_second', 'p50_us', 'p99_us', 'mean_us', 'cpu_us')}
            for mode, rs in rows.items()}

    def load(self, url, paths, connections, seconds=None):
        done = subprocess.run(
            ['wrk', '-t1', f'-c{connections}', f'-d{seconds or self.args.seconds}s', '--latency', '-s',
             os.path.join(self.project, 'bench/load.lua'), url, '--', paths],
            check=True, capture_output=True, text=True)
        return rows_of(done.stdout)[0]

    def loads_of(self, targets, connections):
        """targets: name -> (service, paths); in turn, once a round, after one round to warm."""
        rows = {name: [] for name in targets}
        for number in range(self.args.rounds + 1):
            for name, (service, paths) in targets.items():
                cpu = service.cpu_seconds()
                row = self.load(service.url, paths, connections)
                row['cpu_us'] = (service.cpu_seconds() - cpu) * 1e6 / max(1, row['requests'])
                if number > 0:
                    rows[name].append(row)
                    print(f'  c={connections} {name}: {row["per_second"]:.0f}/s p50 '
                          f'{row["p50_us"]} p99 {row["p99_us"]} us, processor {row["cpu_us"]:.0f} us, bad {row["bad"]}', flush=True)
        return {name: {key: spread([r[key] for r in rs])
                       for key in ('per_second', 'p50_us', 'p99_us', 'cpu_us', 'bad', 'bytes')}
                for name, rs in rows.items()}

    def write_paths(self, name, paths):
        path = os.path.join(self.work, f'paths-{name}.txt')
        with open(path, 'w', encoding='utf-8') as f:
            f.writelines(p + '\n' for p in paths)
        return path

    def step_http(self):
        """The same phrases over HTTP, ours and Groonga's."""
        with open(os.path.join(self.corpus(self.args.paragraphs), 'queries.txt'), encoding='utf-8') as f:
            queries = f.read().split('\n')[:-1]
        services, targets = [], {}
        try:
            for engine in (e for e in self.engines if e.http_modes):
                service = engine.serve(self.built(engine, self.args.paragraphs))
                services.append(service)
                for mode, path_of in engine.http_modes:
                    paths = self.write_paths(mode, [path_of(q) for q in queries])
                    targets[f'{engine.name}: {mode}'] = (service, paths)
            self.results['http'] = {str(c): self.loads_of(targets, c) for c in (4, 16)}
        finally:
            for service in services:
                service.__exit__()

    def step_empty(self):
        """The least request, ours and a bare libmicrohttpd's."""
        port = machine.free_port()
        bare = machine.Service([os.path.join(self.build_dir, 'bench/bare_http'), str(port)], port, '/')
        paths = self.write_paths('empty', ['/healthz'])
        with bare, self.ours.serve(self.built(self.ours, self.args.build_paragraphs)) as service:
            targets = {'libmicrohttpd': (bare, paths), self.ours.name: (service, paths)}
            self.results['empty'] = {str(c): self.loads_of(targets, c) for c in (4, 16)}

    def step_growth(self):
        """The same queries on indexes of growing size, in turn."""
        sizes = self.args.growth
        queries = os.path.join(self.corpus(sizes[0]), 'queries.txt')
        folders = {}
        for size in sizes:
            folder = self.index_dir(self.ours, size)
            if not os.path.isdir(folder):
                corpus = self.corpus(size, tsv=size <= 10**6)
                machine.fresh(folder)
                seconds, most_mb = machine.timed(self.ours.build_command(corpus, folder))
                print(f'  built {size}: {self.text_bytes(size) / 1e6 / seconds:.1f} MB/s, '
                      f'{most_mb:.0f} MB', flush=True)
                self.results.setdefault('growth_builds', {})[str(size)] = {
                    'mb_per_second': self.text_bytes(size) / 1e6 / seconds, 'most_mb': most_mb,
                    'bytes_per_byte': machine.folder_bytes(folder) / self.text_bytes(size)}
                if size > 10**6:
                    shutil.rmtree(corpus)
            folders[size] = folder
        rows = {}
        for _ in range(self.args.rounds):
            for size, folder in folders.items():
                for mode, command in self.ours.search_commands(folder, queries, 1):
                    done = subprocess.run(command, check=True, capture_output=True, text=True)
                    rows.setdefault(mode, {}).setdefault(str(size), []).append(rows_of(done.stdout)[0])
                    print(f'  {size} {mode}: {done.stdout.strip()}', flush=True)
        self.results['growth'] = {
            mode: {size: {key: spread([r[key] for r in rs]) for key in ('p50_us', 'p99_us', 'mean_us', 'cpu_us')}
                   for size, rs in sizes.items()} for mode, sizes in rows.items()}

    def step_start(self):
        """From the start of the program to its first answer, on the largest index."""
        size = max(self.args.growth)
        folder = self.built(self.ours, size)
        probe = '/v1/search?' + urllib.parse.urlencode({'q': '"经济发展"'})
        seconds, memories = [], []
        queries = os.path.join(self.corpus(self.args.growth[0]), 'queries.txt')
        with open(queries, encoding='utf-8') as f:
            paths = self.write_paths('start', [self.ours.default_path(q) for q in f.read().split('\n')[:-1]])
        for _ in range(self.args.rounds):
            with self.ours.serve(folder, probe) as service:
                seconds.append(service.seconds_to_answer * 1000)
                first = service.memory()
                self.load(service.url, paths, 4, 3)
                memories.append({'first': first, 'loaded': service.memory()})
        self.results['start'] = {
            'paragraphs': size, 'index_bytes': machine.folder_bytes(folder), 'ms': spread(seconds),
            'own_mb': spread([m['first']['own_mb'] for m in memories]),
            'own_mb_loaded': spread([m['loaded']['own_mb'] for m in memories])}
        print('  ', json.dumps(self.results['start']), flush=True)
