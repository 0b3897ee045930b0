// session_records against a real engine: the same records as core/sessions chooses, with the same content; once, whatever is replayed.

import { parseAuditLine } from '@kubewitness/core/formats';
import { foldSessions, printSession, readSessionRecord, type SessionRecord } from '@kubewitness/core/sessions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSessionRows } from '../query/sessions/read-session-rows.ts';
import { printCopyAllSessionRecords } from './insert/copy-session-records.ts';
import { readSessionLogs } from './testing/session-logs.ts';
import { openTestStore, TEST_SOURCE, type TestStore } from './testing/test-store.ts';

let store: TestStore;
let lines: readonly string[];
const never = new AbortController().signal;

beforeAll(async () => {
  lines = [...readSessionLogs(), ...['', 'metrics.k8s.io'].map(printRefusedGet)];
  store = await openTestStore();
  await store.keepAll(Buffer.from(`${lines.join('\n')}\n`));
}, 120_000);
afterAll(() => store.close());

/** Pods of the core group matter to sessions; those that `kubectl top` asks for do not. */
function printRefusedGet(apiGroup: string): string {
  const time = '2026-11-20T10:00:00.000000Z';
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `refused-${apiGroup}`,
    stage: 'ResponseComplete',
    requestURI: `/${apiGroup === '' ? 'api' : `apis/${apiGroup}`}/v1/namespaces/shop/pods/web`,
    verb: 'get',
    user: { username: 'alice' },
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1', ...(apiGroup && { apiGroup }) },
    responseStatus: { metadata: {}, code: 403 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  });
}

async function readAll(): Promise<readonly SessionRecord[]> {
  const sql = `SELECT packed FROM session_records ORDER BY time, record_id`;
  return readSessionRows(store.store.database, sql, {}, never);
}

/** The reader of core/sessions over the same lines. */
function chooseAll(): readonly SessionRecord[] {
  const { cluster, host, component } = TEST_SOURCE;
  return lines.flatMap((line) => {
    const parsed = parseAuditLine(Buffer.from(line));
    if (!parsed.ok) throw new Error(parsed.problem);
    return readSessionRecord({ fields: parsed.fields, line, recordId: '', cluster, host, component }) ?? [];
  });
}

const strip = (records: readonly SessionRecord[]) =>
  records
    .map(({ recordId: _, timeNanos, requestReceivedNanos, ...rest }) =>
      JSON.stringify(
        { timeNanos: String(timeNanos), requestReceivedNanos: String(requestReceivedNanos), ...rest },
        Object.keys(sortable).sort(),
      ),
    )
    .sort();
const sortable: Record<string, true> = {};

test('the statement chooses and reads what the reader of core/sessions does', async () => {
  const stored = await readAll();
  const chosen = chooseAll();
  for (const name of [...Object.keys(stored[0] ?? {}), ...Object.keys(chosen[0] ?? {})]) sortable[name] = true;
  for (const name of [
    'name',
    'image',
    'command',
    'nodeName',
    'hostPid',
    'hostNetwork',
    'hostIpc',
    'hostPaths',
    'containers',
    'ephemeralContainers',
    'managedBy',
    'debugSource',
    'serviceAccount',
  ])
    sortable[name] = true;
  expect(stored.length).toBeGreaterThan(200);
  expect(stored.length).toBe(chosen.length);
  expect(stored.filter(({ auditId }) => auditId.startsWith('refused-'))).toMatchObject([{ auditId: 'refused-' }]);
  expect(strip(stored)).toEqual(strip(chosen));
  expect(stored.filter(({ pod }) => pod !== undefined).length).toBeGreaterThan(10);
  const print = (records: readonly SessionRecord[]) =>
    foldSessions(records).map((session) => printSession(session, 0n));
  const withIds = (records: readonly SessionRecord[]) =>
    records.map((record, at) => ({ ...record, recordId: String(at) }));
  expect(print(withIds(stored))).toEqual(print(withIds(chosen)));
});

test('a second import, a replayed copy and the copy of an older store add nothing', async () => {
  const count = async () => (await readAll()).length;
  const before = await count();
  await store.keepAll(Buffer.from(`${lines.slice(0, 2000).join('\n')}\n`));
  await store.store.database.command(printCopyAllSessionRecords(), undefined, never);
  expect(await count()).toBe(before);
  // A crash between the records and their copy: the replay, like the migration, brings what is missing.
  await store.store.database.command(
    "ALTER TABLE session_records DELETE WHERE subresource = 'exec'",
    { mutations_sync: 2 },
    never,
  );
  expect(await count()).toBeLessThan(before);
  await store.store.database.command(printCopyAllSessionRecords(), undefined, never);
  expect(await count()).toBe(before);
});

test('a store whose table has other columns gets the same records', async () => {
  const before = await readAll();
  const { database } = store.store;
  await database.command('DROP TABLE session_records SYNC');
  await database.command(
    'CREATE TABLE session_records (time DateTime64, cluster String) ENGINE = MergeTree ORDER BY time',
  );
  await database.command('ALTER TABLE schema_migrations DELETE WHERE number >= 6', { mutations_sync: 2 });
  await store.store.open(never);
  expect(await readAll()).toEqual(before);
});

test('an engine that is killed between two batches goes on choosing', async () => {
  const before = (await readAll()).length;
  await store.killEngine();
  // Another cluster, so that the same lines are other records.
  const source = { ...TEST_SOURCE, cluster: 'other' };
  const reports = await store.keepAll(Buffer.from(`${lines.join('\n')}\n`), source);
  expect(reports.flatMap(({ counts }) => counts).reduce((sum, { duplicate }) => sum + duplicate, 0)).toBe(0);
  expect((await readAll()).length).toBe(2 * before);
});
