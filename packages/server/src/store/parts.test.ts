// What a batch leaves on the disk: the form of parts as inserts and merges write them, in a real engine.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStore, type TestStore } from './testing/test-store.ts';

interface Part {
  readonly codec: string;
  readonly granules: number;
}

const BODY = 'x'.repeat(20_000);
const line = (second: number): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Request',
    auditID: `00000000-0000-4000-8000-${String(second).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/a/configmaps/c',
    verb: 'update',
    user: { username: 'alice' },
    objectRef: { resource: 'configmaps', namespace: 'a', name: 'c', apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestObject: { data: { second, x: BODY } },
    requestReceivedTimestamp: new Date(Date.UTC(2026, 10, 20, 0, 0, second)).toISOString().replace('Z', '000Z'),
    stageTimestamp: new Date(Date.UTC(2026, 10, 20, 0, 0, second)).toISOString().replace('Z', '000Z'),
  });

let kept: TestStore;
const parts = (): Promise<readonly Part[]> =>
  kept.store.database.rows<Part>(
    `SELECT default_compression_codec AS codec, toUInt32(marks - 1) AS granules FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'records'`,
  );

beforeAll(async () => {
  kept = await openTestStore();
  await kept.keep(Array.from({ length: 500 }, (_, second) => line(second)));
});
afterAll(() => kept?.close());

test('an insert writes LZ4, a merge ZSTD', async () => {
  expect(await parts()).toEqual([{ codec: 'LZ4', granules: expect.any(Number) }]);
  await kept.store.database.command('OPTIMIZE TABLE records FINAL');
  expect(await parts()).toEqual([{ codec: 'ZSTD(1)', granules: expect.any(Number) }]);
});

test('long lines make small granules, since a merge holds one of each part in memory', async () => {
  const [part] = await parts();
  // 10 MB in 500 rows: by the number of rows alone it would be one granule.
  expect(part?.granules).toBeGreaterThanOrEqual(4);
});
