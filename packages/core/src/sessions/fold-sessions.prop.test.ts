// The same records give the same sessions, whatever their order, however often each came; a late record makes no session disappear.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SessionFilter } from '../wire/index.ts';
import { findSession } from './find-session.ts';
import { foldSessions } from './fold-sessions.ts';
import { printSession } from './print-session.ts';
import { filterSessions } from './session-filter.ts';
import { secondOfSessionId } from './session-id.ts';
import type { SessionRecord } from './session-record.ts';
import { corpusLines, type Made, makeRecords, readRecords, recordedLines } from './testing/lines.ts';

const POD = '/api/v1/namespaces/shop/pods';
const pod = fc.constantFrom('web', 'web-debug', 'web-debug-5zzz6', 'node-debugger-n1-x2v4b');
const common = {
  at: fc.integer({ min: 0, max: 40 }).map((half) => half / 2),
  user: fc.constantFrom('alice', 'bob'),
  agent: fc.constantFrom('oc/4.14.0 (linux)', 'kubectl/v1.33.1 (linux)'),
  auditID: fc.constantFrom('a', 'b', 'c'),
};
const made: fc.Arbitrary<Made> = fc.oneof(
  fc.record({
    ...common,
    verb: fc.constantFrom('get', 'create'),
    uri: fc
      .tuple(pod, fc.constantFrom('exec?command=id', 'attach?container=debugger-x2v4b'))
      .map(([name, ask]) => `${POD}/${name}/${ask}`),
    code: fc.constantFrom(101, 101, 403, 400),
    lasts: fc.constantFrom(undefined, 0, 2, 9),
  }),
  fc
    .record({ ...common, verb: fc.constant('create'), uri: fc.constant(POD), name: fc.option(pod, { nil: undefined }) })
    .map(({ name, ...one }) => (name === undefined ? one : { ...one, name })),
  fc.record({
    ...common,
    verb: fc.constant('delete'),
    uri: pod.map((name) => `${POD}/${name}`),
    user: fc.constantFrom('alice', 'system:node:n1'),
  }),
  fc.record({ ...common, verb: fc.constant('patch'), uri: pod.map((name) => `${POD}/${name}/ephemeralcontainers`) }),
);
const print = (records: readonly SessionRecord[]) => foldSessions(records).map((session) => printSession(session, 0n));

test('order of arrival and repetition change nothing', () => {
  fc.assert(
    fc.property(fc.array(made, { maxLength: 14 }), fc.infiniteStream(fc.nat()), (all, keys) => {
      const records = makeRecords(...all);
      const shuffled = [...records, ...records.slice(0, 3)].map((record) => ({ record, key: keys.next().value ?? 0 }));
      const other = shuffled.sort((a, b) => a.key - b.key).map(({ record }) => record);
      expect(print(other)).toEqual(print(records));
    }),
    { numRuns: 300 },
  );
});

test('each request is in one session, each granted stream in some, and ids differ', () => {
  fc.assert(
    fc.property(fc.array(made, { maxLength: 14 }), (all) => {
      const records = makeRecords(...all);
      const sessions = foldSessions(records);
      const used = sessions.flatMap(({ requests }) =>
        requests.flatMap((request) =>
          request.earlier === undefined
            ? request.records
            : request.records.filter((id) => !request.earlier?.records.includes(id)),
        ),
      );
      expect(new Set(used).size).toBe(used.length);
      expect(new Set(sessions.map(({ id }) => id)).size).toBe(sessions.length);
      const inside = records.filter(({ code, subresource }) => code === 101 && subresource !== '');
      expect(inside.every(({ recordId }) => used.includes(recordId))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('recorded and documented sessions in reverse', () => {
  for (const lines of [
    corpusLines('sessions/documented.ndjson'),
    recordedLines('metadata-all'),
    recordedLines('requestresponse-all'),
  ]) {
    const records = readRecords(lines);
    expect(print([...records].reverse())).toEqual(print(records));
  }
});

test('records before a session is read later than its end correct it', () => {
  const records = makeRecords(
    { verb: 'create', uri: POD, name: 'web-debug', at: 1, agent: 'oc/4.14.0' },
    { verb: 'create', uri: `${POD}/web-debug/attach?container=main`, at: 5, agent: 'oc/4.14.0' },
  );
  expect(print(records.slice(1)).map(({ kind }) => kind)).toEqual(['attach']);
  const full = print(records);
  expect(full.map(({ kind }) => kind)).toEqual(['debug-pod']);
  expect(full[0]?.id).toBe(print(records.slice(1))[0]?.id);
});

const ALL: SessionFilter = {
  kinds: [],
  users: [],
  namespaces: [],
  pods: [],
  nodes: [],
  clusters: [],
  open: false,
  denied: false,
  fromNanos: undefined,
  untilNanos: undefined,
};

test('filters keep what fits', () => {
  const sessions = foldSessions(readRecords(recordedLines('metadata-all')));
  const count = (filter: Partial<SessionFilter>) => filterSessions(sessions, { ...ALL, ...filter }).length;
  expect(count({})).toBe(sessions.length);
  expect(count({ kinds: ['attach', 'login'] })).toBe(3);
  expect(count({ denied: true })).toBe(5);
  expect(count({ users: [{ negated: true, match: { kind: 'regexp', text: '^user-' } }], denied: true })).toBe(1);
  expect(
    count({ pods: [{ negated: false, match: { kind: 'equals', text: 'shell' } }], kinds: ['ephemeral-container'] }),
  ).toBe(1);
  const debugged = foldSessions(
    makeRecords(
      { verb: 'create', uri: POD, name: 'ip-10-0-1-2eu1internal-debug', at: 1, agent: 'oc/4.11.0' },
      { verb: 'create', uri: `${POD}/ip-10-0-1-2eu1internal-debug/attach?container=container-00`, at: 5 },
    ),
  );
  const onNode = (text: string, negated = false) =>
    filterSessions(debugged, { ...ALL, nodes: [{ negated, match: { kind: 'equals', text } }] }).length;
  expect([onNode('ip-10-0-1-2.eu1.internal'), onNode('ip-10-0-1-2eu1internal')]).toEqual([1, 1]);
  expect([onNode('ip-10-0-1-3.eu1.internal'), onNode('ip-10-0-1-2.eu1.internal', true)]).toEqual([0, 0]);
  const third = sessions[2];
  expect(count({ untilNanos: third?.startNanos })).toBe(2);
  expect(count({ fromNanos: sessions.at(-1)?.startNanos })).toBe(1);
});

test('an id tells the second of its request, and a debug pod is found under the id of its creation', () => {
  const records = makeRecords(
    { verb: 'create', uri: POD, name: 'node-debugger-n1-x2v4b', at: 1, agent: 'kubectl/v1.33.1' },
    { verb: 'get', uri: `${POD}/node-debugger-n1-x2v4b/attach?container=debugger`, at: 5 },
  );
  const [early] = foldSessions(records.slice(0, 1));
  const late = foldSessions(records);
  expect(secondOfSessionId(early?.id ?? '')).toBe(BigInt(Date.UTC(2026, 10, 20, 10, 0, 1)) * 1_000_000n);
  expect(late.map(({ id }) => id)).not.toContain(early?.id);
  expect(findSession(late, early?.id ?? '')).toBe(late[0]);
  expect(findSession(late, '0000000000000000')).toBeUndefined();
  expect(secondOfSessionId('web-0')).toBeUndefined();
});

test('a forged auditID shared by many requests of one moment joins none of them', () => {
  const forged = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(forged, fc.infiniteStream(fc.nat()), (commands, keys) => {
      const all = [...new Set(commands)].map((command) => ({
        at: 1,
        user: 'alice',
        agent: 'kubectl/v1.33.1 (linux)',
        auditID: 'a',
        verb: 'create',
        uri: `${POD}/web/exec?command=${command}`,
        code: 101,
        lasts: 2,
      }));
      const shuffled = makeRecords(...all).map((record) => ({ record, key: keys.next().value ?? 0 }));
      const sessions = foldSessions(shuffled.sort((a, b) => a.key - b.key).map(({ record }) => record));
      expect(sessions.map(({ command }) => Number(command[0])).sort()).toEqual([...new Set(commands)].sort());
      for (const { state, main } of sessions) expect([state, main.records.length]).toEqual(['ended', 2]);
    }),
    { numRuns: 50 },
  );
});
