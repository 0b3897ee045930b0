// All recorded answers of a real Loki, asked of the real server: entries pushed over HTTP, tenants required, limits as Loki has them.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCorpus, readVectors } from '../../packages/server/src/http/loki/testing/corpus.ts';
import { loadEntries, printUnexpected, replay } from '../../packages/server/src/http/loki/testing/replay.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';

// The recording's day lies in the future of a clock that runs behind.
const ARGS = ['--loki-tenants', 'required', '--limits-profile', 'loki', '--limits-max-ahead', '36500d'];
/** Differences that a user would accept, each with its reason. */
const MOST_DIFFERENCES = 15;
const differences: Readonly<Record<string, string>> = JSON.parse(readCorpus('differences.json'));

test.each([
  ['vectors.ndjson.gz', 382, []],
  ['vectors-align.ndjson.gz', 12, ['--loki-align-queries-with-step']],
] as const)('%s: %d answers, as they are or with a reason', { timeout: 180_000 }, async (name, cases, more) => {
  const vectors = readVectors(name);
  await using server = await TestServer.start({ data: join(makeFolder(), 'data'), args: [...ARGS, ...more] });
  await server.ready();
  await loadEntries(server.url);
  await server.drained();
  const replayed = await replay(server.url, vectors);
  expect(printUnexpected(replayed, differences)).toBe('');
  expect(replayed.ran).toBe(vectors.length);
  expect(replayed.ran).toBe(cases);
  expect(Object.keys(differences).length).toBeLessThanOrEqual(MOST_DIFFERENCES);
});
