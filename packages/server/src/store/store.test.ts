// The store with a real engine: exactness, once, quarantine, counts.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStore, TEST_SOURCE, type TestStore } from './testing/test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
});

const never = new AbortController().signal;
const rows = <T>(sql: string) => store.store.database.rows<T>(sql);

function sum(reports: Awaited<ReturnType<TestStore['keepAll']>>) {
  const total = { read: 0, stored: 0, duplicate: 0, quarantined: 0 };
  for (const { counts } of reports) {
    for (const count of counts) {
      total.read += count.read;
      total.stored += count.stored;
      total.duplicate += count.duplicate;
      total.quarantined += count.quarantined;
    }
  }
  return total;
}

const real = gunzipSync(
  readFileSync(new URL('../../../../corpus/kube-apiserver/real-100k.ndjson.gz', import.meta.url)),
);

test('keeps the real 100,000 once, byte for byte, and nothing the second time', async () => {
  const source = { ...TEST_SOURCE, cluster: 'real' };
  expect(sum(await store.keepAll(real, source))).toEqual({
    read: 100_000,
    stored: 100_000,
    duplicate: 0,
    quarantined: 0,
  });
  expect(sum(await store.keepAll(real, source))).toEqual({
    read: 100_000,
    stored: 0,
    duplicate: 100_000,
    quarantined: 0,
  });
  const chunks = await store.store.database.bytes(
    "SELECT line FROM records WHERE cluster = 'real' ORDER BY position FORMAT TSVRaw",
    {},
    never,
  );
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  expect(Buffer.concat(parts).equals(real)).toBe(true);
}, 120_000);

test('gives the counts of truth.json', async () => {
  const truth = JSON.parse(
    readFileSync(new URL('../../../../corpus/kube-apiserver/real-100k.truth.json', import.meta.url), 'utf8'),
  );
  const [counts] = await rows<Record<string, number>>(
    "SELECT count() AS events, uniqExact(audit_id) AS auditIDs, countIf(finished) AS finished, uniqExact(username) AS users FROM records WHERE cluster = 'real'",
  );
  expect(counts).toEqual({ events: 100_000, auditIDs: truth.auditIDs, finished: 49_251, users: truth.users });
  const tally = async (column: string) =>
    Object.fromEntries(
      (
        await rows<{ k: string; n: number }>(
          `SELECT toString(${column}) AS k, count() AS n FROM records WHERE cluster = 'real' AND k != '' GROUP BY k`,
        )
      ).map((row) => [row.k, row.n]),
    );
  expect(await tally('verb')).toEqual(truth.verbs);
  expect(await tally('stage')).toEqual(truth.stages);
  expect(await tally('level')).toEqual(truth.levels);
  expect(await tally('subresource')).toEqual(truth.subresources);
  const { '0': none, ...codes } = await tally('code');
  expect({ None: none, ...codes }).toEqual(truth.codes);
});
