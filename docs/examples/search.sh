#!/bin/sh
# search.sh QUERY : the ids, titles and first paragraphs that hold QUERY.
# JIANWEN_URL is the server, JIANWEN_TOKEN a token if it wants one.
set -eu
curl -fsS -G "${JIANWEN_URL:-http://127.0.0.1:8080}/v1/search" \
    --retry 3 ${JIANWEN_TOKEN:+-H "Authorization: Bearer $JIANWEN_TOKEN"} \
    --data-urlencode "q=${1:?usage: search.sh QUERY}" -d limit=5 |
    python3 -c 'import json, sys
for hit in json.load(sys.stdin)["hits"]:
    print(hit["id"], hit["title"], hit["paragraphs"][0]["text"][:60], sep="\t")'
