// Whatever the order of arrival, in whatever batches and however often: the store gives the same sessions under the same ids.
import { foldSessions, printSession } from '@kubewitness/core/sessions';
import { expect, test } from 'vitest';
import { readSessionLogs } from '../../store/testing/session-logs.ts';
import { NOW_NANOS, openTestStore } from '../../store/testing/test-store.ts';
import { readSessionRows } from './read-session-rows.ts';

const never = new AbortController().signal;
const lines = readSessionLogs();
/** Every third line first, then those after them, and so on; the ends before the starts. */
const dealt = [0, 1, 2].flatMap((first) => lines.filter((_, at) => at % 3 === first)).reverse();

async function readSessions(batches: readonly (readonly string[])[]) {
  const store = await openTestStore();
  try {
    for (const batch of batches) await store.keepAll(Buffer.from(`${batch.join('\n')}\n`));
    const rows = await readSessionRows(store.store.database, `SELECT packed FROM session_records`, {}, never);
    return foldSessions(rows).map((session) => printSession(session, NOW_NANOS));
  } finally {
    await store.close();
  }
}

test('in order at once, or dealt into batches that come backward and some of them twice', {
  timeout: 120_000,
}, async () => {
  const third = Math.ceil(dealt.length / 3);
  const parts = [0, 1, 2].map((part) => dealt.slice(part * third, (part + 1) * third));
  const inOrder = await readSessions([lines]);
  expect(inOrder.length).toBeGreaterThan(80);
  expect(await readSessions([...parts, ...parts.slice(0, 1)])).toEqual(inOrder);
});
