// Questions about sessions against a real engine; the fold over all records at once is the oracle.
import { filterSessions, foldSessions, printSession, type Session } from '@kubewitness/core/sessions';
import { type Params, parseSessionsRequest, parseWhoCanRequest, type SessionRow } from '@kubewitness/core/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../observe/index.ts';
import { readRecording, readSessionLogs } from '../../store/testing/session-logs.ts';
import { NOW_NANOS, openTestStore, type TestStore } from '../../store/testing/test-store.ts';
import { createQuery, type Query } from '../index.ts';
import { readSessionRows } from './read-session-rows.ts';

let store: TestStore;
let query: Query;
let all: readonly Session[];
let newest = 0;
let landed: (() => void) | undefined;
const never = new AbortController().signal;

/** Somebody attaches to the container that the recording adds, eight minutes later: one session with it. */
function attachLater(lines: readonly string[]): readonly string[] {
  const added = lines.find(
    (line) =>
      line.includes('"subresource":"ephemeralcontainers"') &&
      line.includes('"ResponseComplete"') &&
      line.includes('"Metadata"'),
  );
  const attach = (added ?? '')
    .replace('/ephemeralcontainers"', '/attach?container=debugger-x2v4b&stdin=true&tty=true"')
    .replace('"subresource":"ephemeralcontainers"', '"subresource":"attach"')
    .replace('"code":200', '"code":101')
    .replaceAll(/T19:(4\d):/g, (_, minute) => `T19:${Number(minute) + 8}:`)
    .replaceAll(/"auditID":"[^"]*"/g, '"auditID":"later"');
  return [...lines, attach, ...forgeOpen(lines)];
}

/** Somebody is inside under the auditID of a session that has ended. */
function forgeOpen(lines: readonly string[]): readonly string[] {
  const started = lines.find((line) => line.includes('/exec?') && /"ResponseStarted".*"code":101/.test(line));
  return [(started ?? '').replaceAll(/T19:(\d\d):/g, 'T20:$1:')];
}

beforeAll(async () => {
  store = await openTestStore();
  const reports = await store.keepAll(Buffer.from(`${attachLater(readSessionLogs()).join('\n')}\n`));
  newest = reports.at(-1)?.number ?? 0;
  query = createQuery({
    database: store.store.database,
    log: createLog({ level: 'silent', to: 2 }),
    landings: {
      newest: () => newest,
      wait: (_number, _millis, signal) =>
        new Promise((resolve) => {
          landed = resolve;
          signal.addEventListener('abort', () => resolve());
        }),
    },
    clock: () => NOW_NANOS,
    maxSeconds: 60,
    maxMemoryBytes: 2 * 1024 ** 3,
    retention: () => ({ maxAge: '', maxBytes: 0, droppedDays: 0, lastDropped: '' }),
  });
  all = await foldStored();
}, 120_000);
afterAll(() => store.close());

async function foldStored(): Promise<readonly Session[]> {
  const sql = `SELECT packed FROM session_records`;
  return foldSessions(await readSessionRows(store.store.database, sql, {}, never));
}

function read(object: Readonly<Record<string, string>>) {
  const params: Params = new Map(Object.entries(object).map(([name, value]) => [name, [value]]));
  const parsed = parseSessionsRequest(params, NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}
const ask = (object: Readonly<Record<string, string>>) => query.sessions(read(object), never);
const oracle = (object: Readonly<Record<string, string>>): SessionRow[] =>
  filterSessions(all, read(object).filter).map((session) => printSession(session, NOW_NANOS));

test('the attach that came eight minutes after its container is part of its session', () => {
  const rows = oracle({ kind: 'ephemeral-container' }).filter(({ state }) => state === 'ended');
  expect(rows).toMatchObject([{ container: 'debugger-x2v4b', auditIDs: { length: 2 } }]);
});

test.each([
  {},
  { kind: 'exec' },
  { kind: 'debug-node,look-alike,login' },
  { user: 'alice' },
  { user: '~^system:' },
  { namespace: 'dev', kind: 'kubelet-proxy,attach' },
  { namespace: '!dev' },
  { pod: 'shell' },
  { pod: 'test-74f5d5857f-snzsz' },
  { node: 'node-1' },
  { denied: 'true' },
  { open: 'true' },
  { until: '2024-01-01' },
  { since: '2023-01-11T14:00:00Z', until: '2023-01-11T15:00:00Z' },
])('sessions of %j are those of the fold over everything', async (object) => {
  const answer = await ask({ ...object, limit: '0' });
  expect(answer.sessions).toEqual(oracle(object));
  expect(answer).toMatchObject({ more: false, notes: [] });
});

test('whatever the window begins with, a session in it is whole', { timeout: 120_000 }, async () => {
  const seconds = all.flatMap(({ startNanos, endNanos }) => [
    startNanos,
    startNanos + 500_000_000n,
    endNanos ?? startNanos,
  ]);
  for (const nanos of seconds.filter((_, at) => at % 9 === 0)) {
    const since = new Date(Number(nanos / 1_000_000n)).toISOString();
    expect((await ask({ since, limit: '0' })).sessions).toEqual(oracle({ since }));
    expect((await ask({ until: since, limit: '0' })).sessions).toEqual(oracle({ until: since }));
  }
});

test('the newest so many, the oldest of them first', async () => {
  const rows = oracle({});
  expect(await ask({ limit: '7' })).toEqual({ sessions: rows.slice(-7), more: true, notes: [] });
  expect(await ask({ limit: String(rows.length) })).toMatchObject({ more: false });
  expect((await ask({ user: 'system:admin', limit: '2' })).sessions).toEqual(
    oracle({ user: 'system:admin' }).slice(-2),
  );
});

test('an auditID that was used before hides no open session', async () => {
  const open = (await ask({ open: 'true', kind: 'exec' })).sessions;
  expect(open).toHaveLength(1);
  const same = oracle({ kind: 'exec' }).filter(({ auditIDs }) => auditIDs.join() === open[0]?.auditIDs.join());
  expect(same.map(({ state }) => state).sort()).toEqual(['ended', 'open']);
});

test('a pattern that is none', async () => {
  await expect(ask({ user: '~(' })).rejects.toMatchObject({ code: 'KW_QUERY_REGEXP', status: 400 });
});

test('one session with its records, what was around it, and its pod', async () => {
  const [debug] = oracle({ kind: 'debug-node', since: '2026-11-20' }).filter(({ image }) => image !== '');
  const story = await query.sessionStory(debug?.id ?? '', never);
  expect(story.session).toEqual(debug);
  expect(story.records.map(({ verb, resource, code }) => `${verb} ${resource} ${code}`)).toEqual(['create pods 201']);
  expect(story.podWas.join(' ')).toMatch(
    /Created by kubernetes-admin .* image busybox:1\..*It could reach its node: host PID/,
  );
  expect(story.around.length).toBeGreaterThan(20);
  expect(story.around.every(({ auditID }) => !debug?.auditIDs.includes(auditID))).toBe(true);
  for (const session of all.filter(({ main }, at) => at % 8 === 0 || main.earlier !== undefined)) {
    expect((await query.sessionStory(session.id, never)).session).toEqual(printSession(session, NOW_NANOS));
  }
});

test.each(['0123456789abcdef', 'ffffffffffffffff', 'web-0', "' OR 1 --"])('no session is called %s', async (id) => {
  await expect(query.sessionStory(id, never)).rejects.toMatchObject({ code: 'KW_SESSION_NOT_FOUND', status: 404 });
});

test('who can, from what is stored', async () => {
  const parsed = parseWhoCanRequest(new Map([['namespace', ['dev']]]), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  const answer = await query.whoCan(parsed.value, never);
  expect(answer.granted).toMatchObject([
    {
      user: 'alice',
      right: 'get pods/exec',
      role: 'developer',
      binding: 'devs/dev',
      subject: 'Group developers',
      count: 33,
    },
    { user: 'alice', right: 'create pods/exec', count: 13 },
  ]);
  expect(answer.refused).toMatchObject([{ user: 'eve@example.com', right: 'get pods', count: 9 }]);
});

test('a live list tells what begins and what ends, each state once', async () => {
  const ask = read({});
  const stop = new AbortController();
  const rows: SessionRow[] = [];
  const reading = (async () => {
    for await (const chunk of query.sessionTail(ask.filter, stop.signal)) {
      for (const line of Buffer.from(chunk).toString('utf8').split('\n')) if (line !== '') rows.push(JSON.parse(line));
    }
  })();
  const lines = readRecording('metadata-all').filter((line) => line.includes('/pods/shell/exec?command=sleep'));
  const late = lines.map((line) => line.replaceAll('2026-11-20T', '2026-11-21T'));
  const land = async (part: readonly string[]) => {
    while (landed === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    newest = (await store.keep(part)).number;
    const wake = landed;
    landed = undefined;
    wake();
  };
  const [started, ended] = [
    late.filter((line) => line.includes('ResponseStarted')),
    late.filter((line) => line.includes('ResponseComplete')),
  ];
  await land(started);
  await land(late.filter((line) => line.includes('RequestReceived')));
  await land(ended);
  // Refused over WebSocket and a batch later over SPDY: one attempt, told once.
  const refused = readRecording('metadata-all').filter(
    (line) => line.includes('/exec?') && line.includes('"code":400'),
  );
  const again = refused.map((line) => line.replaceAll('2026-11-20T', '2026-11-21T'));
  for (const verb of ['get', 'create']) await land(again.filter((line) => line.includes(`"verb":"${verb}"`)));
  while (landed === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  await reading;
  expect(rows.map(({ kind, state, user, command }) => [kind, state, user, command.join(' ')])).toEqual([
    ['exec', 'open', 'alice', 'sleep 1'],
    ['exec', 'ended', 'alice', 'sleep 1'],
    ['exec', 'attempt', 'alice', expect.any(String)],
  ]);
});
