// All recorded answers of a real Loki, asked of this server over HTTP: tenants required, limits as Loki has them.
import { expect, test } from 'vitest';
import { ask } from '../testing/ask.ts';
import { readBatches, readCorpus, readVectors } from './testing/corpus.ts';
import { openLoki } from './testing/open-loki.ts';
import { push } from './testing/push-client.ts';
import { loadEntries, printUnexpected, replay } from './testing/replay.ts';

const ARGV = ['--loki-tenants', 'required', '--limits-profile', 'loki'];
/** Differences that a user would accept, each with its reason. */
const MOST_DIFFERENCES = 15;
const differences: Readonly<Record<string, string>> = JSON.parse(readCorpus('differences.json'));

async function openLoaded(...argv: readonly string[]) {
  const server = await openLoki({ argv: [...ARGV, ...argv] });
  await loadEntries(server.url);
  return server;
}

test('every recorded answer, as it is or with a reason', async () => {
  const vectors = readVectors('vectors.ndjson.gz');
  const server = await openLoaded();
  const replayed = await replay(server.url, vectors);
  expect(printUnexpected(replayed, differences)).toBe('');
  expect(replayed.ran).toBe(vectors.length);
  expect(replayed.ran).toBe(382);
  expect(Object.keys(differences).length).toBeLessThanOrEqual(MOST_DIFFERENCES);
  // A reason that is needed no more is taken away.
  expect(Object.keys(differences).filter((id) => replayed.found[id] === undefined)).toEqual([]);
}, 300_000);

test('with steps aligned as LokiStack has them', async () => {
  const vectors = readVectors('vectors-align.ndjson.gz');
  const server = await openLoaded('--loki-align-queries-with-step');
  const replayed = await replay(server.url, vectors);
  expect(printUnexpected(replayed, differences)).toBe('');
  expect(replayed.ran).toBe(12);
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
