"""timing.py - the rounds that every peer in Python is measured by, as search_bench does."""
import json
import time


def read_queries(path):
    with open(path, encoding='utf-8') as f:
        return f.read().split('\n')[:-1]


def measure(queries, rounds, search):
    """Call search(query) -> number of hits for each query; print a line of JSON a round."""
    for number in range(rounds + 1):
        times, hits, cpu = [], 0, time.thread_time_ns()
        for q in queries:
            start = time.perf_counter_ns()
            hits += search(q)
            times.append((time.perf_counter_ns() - start) / 1000)
        cpu = time.thread_time_ns() - cpu
        times.sort()
        n = len(times)
        if number > 0:
            print(json.dumps({'round': number, 'queries': n,
                              'per_second': round(n * 1e6 / sum(times), 1),
                              'p50_us': round(times[n // 2], 1),
                              'p99_us': round(times[n * 99 // 100], 1),
                              'mean_us': round(sum(times) / n, 1),
                              'cpu_us': round(cpu / 1000 / n, 1), 'hits': hits}), flush=True)


def write_hits(queries, path, find):
    """find(query) -> (total, keys); one line a query: query, total, "eq", keys."""
    with open(path, 'w', encoding='utf-8') as f:
        for q in queries:
            total, keys = find(q)
            f.write('\t'.join([q, str(total), 'eq', *keys]) + '\n')
