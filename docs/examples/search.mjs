// node search.mjs QUERY : every hit, page after page, its matches in brackets.
const server = process.env.JIANWEN_URL ?? 'http://127.0.0.1:8080';
const token = process.env.JIANWEN_TOKEN;

async function ask(target) {
  for (;;) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const answer = await fetch(server + target, { headers });
    if (answer.ok) return answer.json();
    if (![429, 503].includes(answer.status)) throw new Error((await answer.json()).detail);
    const seconds = Number(answer.headers.get('Retry-After'));
    await new Promise((done) => setTimeout(done, 1000 * seconds));
  }
}

function mark(text, ranges) {
  const chars = Array.from(text); // ranges count code points
  for (const [start, end] of [...ranges].reverse()) {
    chars.splice(start, end - start, `[${chars.slice(start, end).join('')}]`);
  }
  return chars.join('');
}

let target = '/v1/search?' + new URLSearchParams({ q: process.argv[2], unit: 'paragraph', limit: 100 });
while (target) {
  const page = await ask(target);
  for (const hit of page.hits) {
    const [first] = hit.paragraphs;
    console.log([hit.id, hit.match, mark(first.text, first.ranges)].join('\t'));
  }
  target = page.next;
}
