// All recorded answers of a real Loki, asked of this server over HTTP: tenants required, limits as Loki has them.
import { expect, test } from 'vitest';
import { ask } from '../testing/ask.ts';
import { findDifference } from './testing/compare-answer.ts';
import { readBatches, readCorpus, readVectors, type Vector } from './testing/corpus.ts';
import { openLoki } from './testing/open-loki.ts';
import { push } from './testing/push-client.ts';

const ARGV = ['--loki-tenants', 'required', '--limits-profile', 'loki'];
/** Differences that a user would accept, each with its reason. */
const MOST_DIFFERENCES = 15;
const differences: Readonly<Record<string, string>> = JSON.parse(readCorpus('differences.json'));

function encode(params: Vector['params']): string {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(params)) for (const value of [values].flat()) form.append(name, value);
  return form.toString();
}

function call(url: string, vector: Vector) {
  const headers = { ...(vector.noOrg === true ? {} : { 'x-scope-orgid': 'audit' }), ...vector.headers };
  const form = encode(vector.params);
  if (vector.method !== 'POST') return ask(`${url}${vector.endpoint}${form === '' ? '' : `?${form}`}`, { headers });
  return ask(`${url}${vector.endpoint}`, {
    body: form,
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
  });
}

async function openLoaded(...argv: readonly string[]) {
  const server = await openLoki({ argv: [...ARGV, ...argv] });
  for (const streams of readBatches()) {
    const pushed = await push(server.url, 'audit', streams, 'json');
    expect([pushed.status, pushed.text]).toEqual([204, '']);
  }
  return server;
}

async function replay(url: string, vectors: readonly Vector[]) {
  const found: Record<string, string> = {};
  let ran = 0;
  for (const vector of vectors) {
    ran++;
    // Loki's own mistakes are recorded too, and not to be made again.
    if (vector.bug !== undefined) continue;
    const difference = findDifference(vector, await call(url, vector));
    if (difference !== undefined) found[vector.id] = `${vector.query ?? vector.endpoint}\n     ${difference}`;
  }
  return { ran, found };
}

const unexpected = (found: Readonly<Record<string, string>>): string =>
  Object.entries(found)
    .filter(([id]) => differences[id] === undefined)
    .map(([id, what]) => `${id}  ${what}`)
    .join('\n');

test('every recorded answer, as it is or with a reason', async () => {
  const vectors = readVectors('vectors.ndjson.gz');
  const server = await openLoaded();
  const { ran, found } = await replay(server.url, vectors);
  expect(unexpected(found)).toBe('');
  expect(ran).toBe(vectors.length);
  expect(ran).toBe(382);
  expect(Object.keys(differences).length).toBeLessThanOrEqual(MOST_DIFFERENCES);
  // A reason that is needed no more is taken away.
  expect(Object.keys(differences).filter((id) => found[id] === undefined)).toEqual([]);
}, 300_000);

test('with steps aligned as LokiStack has them', async () => {
  const vectors = readVectors('vectors-align.ndjson.gz');
  const server = await openLoaded('--loki-align-queries-with-step');
  const { ran, found } = await replay(server.url, vectors);
  expect(unexpected(found)).toBe('');
  expect(ran).toBe(12);
}, 120_000);

test('protobuf brings the same entries, and the same entries once', async () => {
  const server = await openLoki({ argv: ARGV });
  for (const encoding of ['protobuf', 'json', 'protobuf'] as const) {
    // The whole day again lies behind what came already, so order must not matter here.
    for (const streams of readBatches().slice(-2)) await push(server.url, 'audit', streams, encoding);
  }
  const times = 'start=1794960000000000000&end=1795046400000000000';
  // 1,000 events and 218 lines, of which one is pushed twice.
  const stats = await ask(`${server.url}/loki/api/v1/index/stats?query=%7Blog_type%3D~%22.%2B%22%7D&${times}`, {
    headers: { 'x-scope-orgid': 'audit' },
  });
  expect(JSON.parse(stats.text)).toMatchObject({ entries: 1217 });
});
