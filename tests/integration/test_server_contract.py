#!/usr/bin/env python3
"""The written contract: docs/api.md and /openapi.json against what the server does."""
import json
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server_harness import SERVER, Server, index

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
FOLDER = tempfile.TemporaryDirectory(prefix='jw-index-')
INDEX = os.path.join(FOLDER.name, 'index')
# Differ from run to run; only their type is compared.
VOLATILE = {'took_ms', 'score', 'instance', 'disk_bytes', 'uptime_s', 'answers', 'connections',
            'workers', 'busy', 'waiting', 'reopened', 'shed', 'entries', 'bytes',
            'misses', 'version'}


def read(name):
    with open(os.path.join(ROOT, name), encoding='utf-8') as f:
        return f.read()


def setUpModule():
    index(INDEX, [json.loads(line) for line in read('tests/fixtures/api.jsonl').splitlines()])
    global SERVING
    SERVING = Server(SERVER, ['--cache', '0'], INDEX)


def tearDownModule():
    with SERVING:
        SERVING.stop()


def comparable(value, name=''):
    """The value with volatile numbers replaced by their type."""
    if isinstance(value, dict):
        return {k: comparable(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [comparable(v) for v in value]
    if name == 'next' and value:
        return re.sub(r'cursor=[A-Za-z0-9_-]+', 'cursor=...', value)
    if name in VOLATILE:
        return '(text)' if isinstance(value, str) else '(number)'
    return value


class Schema:
    """As much of JSON Schema as web/schemas.json uses; knows no unused members."""

    TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'null': type(None)}

    def __init__(self, document):
        self.schemas = document['components']['schemas']

    def resolve(self, schema):
        if '$ref' in schema:
            return self.resolve(self.schemas[schema['$ref'].rsplit('/', 1)[1]])
        return schema

    def members(self, schema):
        """All properties that a schema names."""
        schema = self.resolve(schema)
        names = dict(schema.get('properties', {}))
        for part in schema.get('allOf', []):
            names.update(self.members(part))
        return names

    def has_type(self, value, name):
        if name == 'integer':
            return isinstance(value, int) and not isinstance(value, bool)
        if name == 'number':
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        return isinstance(value, self.TYPES[name])

    def check(self, value, schema, at='answer'):
        schema = self.resolve(schema)
        known = {'type', 'required', 'properties', 'items', 'enum', 'allOf', 'description',
                 'minimum', 'maximum', 'minItems', 'maxItems', 'additionalProperties', 'format'}
        assert set(schema) <= known, f'{at}: the test does not know {set(schema) - known}'
        types = schema.get('type', [])
        types = types if isinstance(types, list) else [types]
        assert not types or any(self.has_type(value, t) for t in types), f'{at}: {value!r}'
        assert value in schema.get('enum', [value]), f'{at}: {value!r}'
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            assert schema.get('minimum', value) <= value <= schema.get('maximum', value), at
        for part in schema.get('allOf', []):
            self.check(value, part, at)
        if isinstance(value, list):
            assert schema.get('minItems', 0) <= len(value) <= schema.get('maxItems', len(value)), at
            for i, item in enumerate(value):
                self.check(item, schema.get('items', {}), f'{at}[{i}]')
        if isinstance(value, dict):
            for name in schema.get('required', []):
                assert name in value, f'{at}: no {name}'
            for name, item in value.items():
                inner = schema.get('properties', {}).get(name,
                                                         schema.get('additionalProperties', {}))
                self.check(item, inner, f'{at}.{name}')


class Documents(unittest.TestCase):
    def test_examples(self):
        examples = re.findall(r'```http\nGET (\S+)\n```\n```json\n(.*?)```', read('docs/api.md'),
                              re.S)
        self.assertGreaterEqual(len(examples), 6)
        for target, written in examples:
            with self.subTest(target=target):
                a = SERVING.get(target)
                wanted = json.loads(written)
                self.assertEqual(a.status, wanted.get('status', 200))
                self.assertEqual(comparable(a.json), comparable(wanted))
                self.assertEqual(list(a.json), list(wanted))

    def test_problems_are_all_listed(self):
        table = dict(re.findall(r'^\| `([a-z-]+)` \| (\d{3}) \|', read('docs/api.md'), re.M))
        source = re.findall(r'\{"([a-z-]+)", "[^"]*", (\d{3}), \d+\}',
                            read('server/problem.c').replace('\n     ', ' '))
        self.assertEqual(table, {name: status for name, status in source if name != 'none'})


class OpenApi(unittest.TestCase):
    def setUp(self):
        self.document = SERVING.get('/openapi.json').json
        self.schema = Schema(self.document)

    def operations(self):
        for path, item in self.document['paths'].items():
            yield path, item['get']

    def test_answers_keep_to_their_schemas(self):
        for target, name in [('/v1/search?q=%E9%BD%BF%E8%BD%AE&facets=year,source', 'search'),
                             ('/v1/search?q=%E9%BD%BF%E8%BD%AE&unit=paragraph', 'search'),
                             ('/v1/search?q=nothing', 'search'),
                             ('/v1/search?q=%E9%BD%BF%E8%BD%AE&explain=1', 'search'),
                             ('/v1/articles/2021/06/30/a01', 'article'),
                             ('/v1/articles/2021%2F06%2F30%2Fa01?q=%E9%BD%BF', 'article'),
                             ('/v1/suggest?q=%E9%BD%BF%E8%BD%AE', 'suggest'),
                             ('/v1/articles/2021/06/30/a01/related', 'related'),
                             ('/v1/analyze?text=%E9%BD%BF%E8%BD%AE5G', 'analyze'),
                             ('/v1/stats', 'stats'), ('/healthz', 'healthz'),
                             ('/readyz', 'readyz'), ('/v1/search', 'problem'),
                             ('/nothing', 'problem')]:
            with self.subTest(target=target):
                value = SERVING.get(target).json
                self.schema.check(value, self.document['components']['schemas'][name])
                known = self.schema.members(self.document['components']['schemas'][name])
                self.assertLessEqual(set(value), set(known))

    def test_every_path_is_served(self):
        for path, operation in self.operations():
            with self.subTest(path=path):
                target = path.replace('{id}', '2021/06/30/a01')
                needed = [p['name'] for p in operation['parameters']
                          if p['required'] and p['in'] == 'query']
                a = SERVING.get(target + ''.join(f'{"&" if i else "?"}{n}=a'
                                                 for i, n in enumerate(needed)))
                self.assertEqual(a.status, 200)
                self.assertIn(a.headers['content-type'], operation['responses']['200']['content'])
                if needed:
                    self.assertEqual(SERVING.get(target).status, 400)

    def test_every_parameter_is_checked_as_written(self):
        for path, operation in self.operations():
            target = path.replace('{id}', '2021/06/30/a01')
            base = {p['name']: 'a' for p in operation['parameters']
                    if p['required'] and p['in'] == 'query'}
            self.assertEqual(self.ask(target, {**base, 'no_such': '1'}), 400)
            for p in operation['parameters']:
                if p['in'] == 'path':
                    continue
                s = p['schema']
                words = s.get('enum') or s.get('items', {}).get('enum')
                if words:
                    good, bad = words, ['x', words[0].upper() + 'x', words[0] + ' x']
                elif s['type'] == 'integer':
                    good = [s['minimum'], s['maximum']]
                    bad = [s['minimum'] - 1, s['maximum'] + 1, 'x', '1.0']
                elif p['name'] == 'cursor':
                    good, bad = [''], ['a', '齿轮', 'AAAA', 'A' * 9000]
                elif 'pattern' in s:
                    good, bad = ['2021', '2021-06', '2021-06-30'], ['x', '2021-6', '2021-06-31']
                    self.assertTrue(all(re.search(s['pattern'], g) for g in good))
                else:
                    good, bad = ['a', '齿轮'], ['x' * 5000]
                for value in good:
                    self.assertEqual(self.ask(target, {**base, p['name']: value}), 200,
                                     (path, p['name'], value))
                for value in bad:
                    self.assertEqual(self.ask(target, {**base, p['name']: value}), 400,
                                     (path, p['name'], value))

    @staticmethod
    def ask(target, parameters):
        from urllib.parse import urlencode
        return SERVING.get(target + '?' + urlencode(parameters)).status

    def test_docs_name_every_parameter(self):
        text = read('docs/api.md')
        for path, operation in self.operations():
            self.assertIn(f'`{path}', text)
            for p in operation['parameters']:
                if p['in'] == 'query':
                    self.assertIn(p['name'], text)


class Metrics(unittest.TestCase):
    def test_format(self):
        """Each line is a comment or a sample; each sample has a type; histograms add up."""
        SERVING.get('/v1/search?q=a')
        lines = SERVING.get('/metrics').body.decode().splitlines()
        types, values = {}, {}
        for line in lines:
            if line.startswith('# TYPE '):
                types[line.split()[2]] = line.split()[3]
            elif not line.startswith('#'):
                m = re.fullmatch(r'([a-z_]+)(\{[^{}]*\})? ([0-9.]+)', line)
                self.assertIsNotNone(m, line)
                base = re.sub(r'_(bucket|sum|count)$', '', m[1])
                self.assertTrue(m[1] in types or types.get(base) == 'histogram', line)
                self.assertNotIn(m[1] + (m[2] or ''), values)
                values[m[1] + (m[2] or '')] = float(m[3])
        count = values['jianwen_answer_seconds_count{route="search"}']
        self.assertGreater(count, 0)
        self.assertEqual(values['jianwen_answer_seconds_bucket{route="search",le="+Inf"}'], count)
        self.assertEqual(sum(v for k, v in values.items()
                             if k.startswith('jianwen_answers_total{route="search"')), count)
        self.assertEqual(values['jianwen_index_articles'], 2)
        self.assertEqual(values['jianwen_ready'], 1)
        tiers = {k: v for k, v in values.items() if k.startswith('jianwen_search_seconds_count')}
        self.assertEqual({re.search('tier="(.*)"', k)[1] for k in tiers},
                         {'exact', 'all', 'partial', 'nothing', 'cached'})
        self.assertEqual(sum(tiers.values()),
                         values['jianwen_searches_total'] + values['jianwen_cache_hits_total'])
        for name in ('jianwen_searches_without_hits_total', 'jianwen_queue_length',
                     'jianwen_cache_entries', 'jianwen_index_revision',
                     'jianwen_index_opened_total', 'jianwen_index_disk_bytes',
                     'process_resident_memory_bytes'):
            self.assertIn(name, values)


if __name__ == '__main__':
    unittest.main(verbosity=2)
