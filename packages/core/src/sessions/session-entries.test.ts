// Sessions as log entries: when they stand, under which labels, and that a live list tells each once whatever comes when.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldSessions } from './fold-sessions.ts';
import { listNewEntries, listSessionEntries } from './session-entries.ts';
import type { SessionRecord } from './session-record.ts';
import { corpusLines, type Made, makeRecords, readRecords, recordedLines } from './testing/lines.ts';

const POD = '/api/v1/namespaces/shop/pods';
const exec: Made = { verb: 'get', uri: `${POD}/web/exec?command=id`, at: 1 };
const list = (records: readonly SessionRecord[], now = 0n) =>
  foldSessions(records)
    .flatMap((session) => listSessionEntries(session, now))
    .map(({ timeNanos, labels, line }) => ({ timeNanos, labels, row: JSON.parse(line()) }));

test('one entry at the start, one at the end with its final form', () => {
  const labels = { component: 'kube-apiserver', kind: 'exec', log_type: 'session' };
  const ended = list(makeRecords(exec));
  expect(ended.map((entry) => entry.labels)).toEqual([
    { ...labels, event: 'started' },
    { ...labels, event: 'ended' },
  ]);
  expect(ended[1]).toMatchObject({ row: { state: 'ended', durationSeconds: 5, command: ['id'] } });
  expect((ended[1]?.timeNanos ?? 0n) - (ended[0]?.timeNanos ?? 0n)).toBe(5_000_000_000n);
  expect(Object.keys(ended[0]?.labels ?? {})).toEqual(Object.keys(ended[0]?.labels ?? {}).sort());
});

test('an open one has lasted until now; a refusal and an end that nobody knows have one entry', () => {
  const [open, ...none] = list(
    makeRecords({ ...exec, lasts: undefined }),
    BigInt(Date.UTC(2026, 10, 20, 10, 1)) * 1_000_000n,
  );
  expect(none).toEqual([]);
  expect(open).toMatchObject({ labels: { event: 'started' }, row: { state: 'open', durationSeconds: 58.99 } });
  expect(list(makeRecords({ ...exec, code: 403, lasts: 0 })).map(({ labels }) => labels['event'])).toEqual(['attempt']);
  const gone: Made = { verb: 'delete', uri: `${POD}/web`, at: 9, user: 'system:node:n1' };
  expect(list(makeRecords({ ...exec, lasts: undefined }, gone))).toMatchObject([{ row: { state: 'unknown' } }]);
});

/** What a live list tells when the records land in these batches. */
function follow(batches: readonly (readonly SessionRecord[])[]): readonly string[] {
  const told = new Set<string>();
  const landed: SessionRecord[] = [];
  return batches.flatMap((batch) => {
    const before = foldSessions(landed);
    landed.push(...batch);
    return listNewEntries(before, foldSessions(landed), told, 0n).map(
      ({ timeNanos, labels }) => `${timeNanos} ${labels['kind']} ${labels['event']}`,
    );
  });
}

test('what becomes part of a session told before is not told again', () => {
  const agent = 'oc/4.14.0';
  const [create = [], attach = [], remove = []] = [
    makeRecords({ verb: 'create', uri: POD, name: 'web-debug', at: 1, agent }),
    makeRecords({ verb: 'create', uri: `${POD}/web-debug/attach?container=main`, at: 5, agent }),
    makeRecords({ verb: 'delete', uri: `${POD}/web-debug`, at: 12, agent }),
  ].map((records, batch) => records.map((record) => ({ ...record, recordId: `${batch}${record.recordId}` })));
  const words = (...batches: readonly SessionRecord[][]) =>
    follow(batches).map((line) => line.split(' ').slice(1).join(' '));
  expect(words([...create, ...attach, ...remove])).toEqual(['debug-pod started', 'debug-pod ended']);
  expect(words(create, attach, remove)).toEqual(['debug-pod started', 'debug-pod ended']);
  // The creation comes last: what was told as an attach stays told.
  expect(words(attach.slice(0, 1), attach.slice(1), create, remove)).toEqual(['attach started', 'attach ended']);
});

test('of recorded sessions each entry is told once, however the records are dealt', () => {
  const records = readRecords([...corpusLines('sessions/documented.ndjson'), ...recordedLines('metadata-all')]);
  const all = list(records).map(({ timeNanos, labels }) => `${timeNanos} ${labels['kind']} ${labels['event']}`);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 12 }), (sizes) => {
      const batches: (readonly SessionRecord[])[] = [];
      let from = 0;
      for (const size of [...sizes, records.length]) {
        batches.push(records.slice(from, from + size));
        from += size;
      }
      const told = follow(batches);
      const events = (lines: readonly string[]) => lines.filter((line) => line.endsWith('ended')).sort();
      expect(new Set(told).size).toBe(told.length);
      expect(events(told)).toEqual(events(all));
      expect(told.length).toBeGreaterThanOrEqual(all.length);
    }),
    { numRuns: 20 },
  );
});
