/*
 * contract.mjs BASE : hold the server at BASE to its own /openapi.json.
 *
 * The description must be a valid OpenAPI 3.1 document (validated by
 * @seriousme/openapi-schema-validator).  Then every operation is driven from it:
 * each parameter with each word and bound it allows, and with values it forbids;
 * each answer must have a status, a content type and a body that are described
 * (ajv, JSON Schema 2020-12).  Prints what failed; exit 1 then.
 */
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const base = process.argv[2];
const ID = process.argv[3] ?? 'test/00001';
let asked = 0;
const failures = [];

const answer = await fetch(base + '/openapi.json');
const document = await answer.json();
const valid = await new Validator().validate(structuredClone(document));
if (!valid.valid) failures.push(`/openapi.json: ${JSON.stringify(valid.errors)}`);
if (document.openapi !== '3.1.0') failures.push(`openapi: ${document.openapi}`);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: 'doc', ...document });

/** Values that a parameter allows, and values that it does not. */
function values({ schema, name }) {
  // Only what an answer's `next` has given is allowed; pages() follows it.
  if (name === 'cursor') return { good: [], bad: ['齿轮', '0', '%00'] };
  const words = schema.enum ?? schema.items?.enum;
  if (words) return { good: words, bad: ['x', `${words[0]}x`, `${words[0]} x`] };
  if (schema.type === 'integer') {
    const { minimum, maximum } = schema;
    return { good: [minimum, maximum], bad: [minimum - 1, maximum + 1, 'x', '1.5', '1e1'] };
  }
  if (schema.pattern) {
    const good = ['2021', '2021-06', '2021-06-30'];
    for (const g of good) {
      if (!new RegExp(schema.pattern).test(g)) failures.push(`${name}: pattern refuses ${g}`);
    }
    return { good, bad: ['x', '2021-6', '2021-13'] };
  }
  return { good: ['齿轮', 'a "b" -c', '<b>'], bad: ['%00', '%FF', '%E9%BD', '%zz'] };
}

/** Raw percent sequences go out as they are, all else encoded. */
const encode = (v) => (/^%/.test(v) ? v : encodeURIComponent(v));

function target(path, parameters) {
  const query = Object.entries(parameters).map(([n, v]) => `${n}=${encode(String(v))}`);
  return path.replace('{id}', ID) + (query.length ? '?' + query.join('&') : '');
}

async function ask(operation, path, parameters, wanted, method = 'GET') {
  const where = `${method} ${target(path, parameters)}`;
  const response = await fetch(base + target(path, parameters), { method });
  const body = await response.text();
  asked++;
  const described =
    operation.responses[response.status] ??
    operation.responses[`${String(response.status)[0]}XX`];
  if (!wanted(response.status)) failures.push(`${where}: ${response.status} ${body.slice(0, 200)}`);
  if (!described) {
    failures.push(`${where}: status ${response.status} is not described`);
    return;
  }
  const type = response.headers.get('content-type');
  const content = described.content ?? {};
  const known = type && Object.keys(content).find((t) => t.toLowerCase() === type.toLowerCase());
  if (method === 'GET' && Object.keys(content).length && !known) {
    failures.push(`${where}: ${type} is not described`);
  }
  if (method !== 'GET' || !known?.includes('json')) return;
  const ref = content[known].schema?.$ref;
  if (!ref) return;
  const check = ajv.getSchema('doc' + ref);
  if (!check) failures.push(`${where}: no schema ${ref}`);
  else if (!check(JSON.parse(body))) {
    failures.push(`${where}: ${ajv.errorsText(check.errors)} in ${body.slice(0, 300)}`);
  }
}

/** Follow `next` to the end; every page is held to the description. */
async function pages(operation, path, parameters) {
  let link = target(path, parameters);
  let n = 0;
  for (; link && n < 50; n++) {
    const given = Object.fromEntries(new URLSearchParams(link.split('?')[1]));
    await ask(operation, path, given, is(200));
    link = (await (await fetch(base + link)).json()).next;
  }
  if (n < 2) failures.push(`${path}: no next page to follow`);
}

const is = (status) => (got) => got === status;
for (const [path, item] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    if (method !== 'get') {
      failures.push(`${path}: this test does not know ${method}`);
      continue;
    }
    const query = operation.parameters.filter((p) => p.in === 'query');
    const needed = Object.fromEntries(query.filter((p) => p.required).map((p) => [p.name, '齿轮']));
    await ask(operation, path, needed, is(200));
    await ask(operation, path, needed, is(200), 'HEAD');
    await ask(operation, path, { ...needed, no_such_parameter: 1 }, is(400));
    for (const name of Object.keys(needed)) {
      const { [name]: _, ...rest } = needed;
      await ask(operation, path, rest, is(400));
    }
    for (const p of query) {
      const { good, bad } = values(p);
      for (const v of good) await ask(operation, path, { ...needed, [p.name]: v }, is(200));
      for (const v of bad) await ask(operation, path, { ...needed, [p.name]: v }, is(400));
      if (p.schema.items?.enum) {
        const all = p.schema.items.enum.join(',');
        await ask(operation, path, { ...needed, [p.name]: all }, is(200));
      }
    }
    if (query.some((p) => p.name === 'cursor')) await pages(operation, path, { ...needed, limit: 50 });
    const post = await fetch(base + target(path, needed), { method: 'POST' });
    if (post.status !== 405 || !post.headers.get('allow')) failures.push(`POST ${path}: ${post.status}`);
  }
}
console.log(`${asked} requests, ${failures.length} failures`);
for (const f of failures) console.log(f);
process.exit(failures.length ? 1 : 0);
