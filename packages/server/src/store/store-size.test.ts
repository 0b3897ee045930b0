// The size that metrics show, against a real engine.
import { expect, test } from 'vitest';
import { openTestStore } from './testing/test-store.ts';

const line = (id: string) =>
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${id}","stage":"ResponseComplete","requestURI":"/version","verb":"get","user":{"username":"alice"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-20T08:00:00.000000Z","stageTimestamp":"2026-11-20T08:00:00.000001Z"}`;

test('tells records and bytes, nothing of an empty store', async () => {
  const { store, keep, close } = await openTestStore();
  try {
    const { signal } = new AbortController();
    expect(await store.size(signal)).toEqual({ records: 0, diskBytes: 0 });
    await keep([line('a'), line('b'), line('a')]);
    const { records, diskBytes } = await store.size(signal);
    expect(records).toBe(2);
    expect(diskBytes).toBeGreaterThan(0);
  } finally {
    await close();
  }
});
