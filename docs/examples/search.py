#!/usr/bin/env python3
"""search.py QUERY : every hit, page after page, its matches in brackets."""
import json
import os
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SERVER = os.environ.get('JIANWEN_URL', 'http://127.0.0.1:8080')
TOKEN = os.environ.get('JIANWEN_TOKEN')


def ask(target):
    headers = {'Authorization': f'Bearer {TOKEN}'} if TOKEN else {}
    while True:
        try:
            with urlopen(Request(SERVER + target, headers=headers)) as answer:
                return json.load(answer)
        except HTTPError as e:
            if e.code not in (429, 503):
                sys.exit(json.load(e)['detail'])
            time.sleep(int(e.headers['Retry-After']))


target = '/v1/search?' + urlencode({'q': sys.argv[1], 'unit': 'paragraph', 'limit': 100})
while target:
    page = ask(target)
    for hit in page['hits']:
        text = hit['paragraphs'][0]['text']
        for start, end in reversed(hit['paragraphs'][0]['ranges']):
            text = f'{text[:start]}[{text[start:end]}]{text[end:]}'
        print(hit['id'], hit['match'], text, sep='\t')
    target = page['next']
