// Sessions through the real programs: documented ones, recorded ones joined with what was typed, live ones, and after kill -9.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusPath, readCorpus } from '../support/corpus.ts';
import { runCli } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { readTypedCommands, type TypedCommand } from '../support/typed-commands.ts';
import { waitUntil } from '../support/wait-until.ts';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly form: string;
  readonly state: string;
  readonly user: string;
  readonly pod: string;
  readonly node: string;
  readonly command: readonly string[];
  readonly code: number;
  readonly verbs: readonly string[];
  readonly auditIDs: readonly string[];
  readonly startedAt: string;
}

const RECORDINGS = ['metadata-all', 'requestresponse-all', 'mixed-aggregated'] as const;
const data = join(makeFolder(), 'data');
let server: TestServer;

async function cli(...args: readonly string[]): Promise<string> {
  const ran = await runCli([...args]);
  if (ran.code !== 0) throw new Error(`${args.join(' ')}: exit ${ran.code}\n${ran.stderr}`);
  return ran.stdout.toString('utf8');
}

async function list(...flags: readonly string[]): Promise<readonly Row[]> {
  return JSON.parse(await cli('sessions', '--server', server.url, '--limit', '0', '-o', 'json', ...flags));
}

const load = (path: string, cluster: string) =>
  cli('import', corpusPath(path), '--server', server.url, '--cluster', cluster);

beforeAll(async () => {
  server = await TestServer.start({ data });
  await server.ready();
  for (const name of RECORDINGS) await load(`kube-apiserver/${name}.tar.gz`, name);
}, 120_000);
afterAll(() => server.stop());

test('the documented sessions, straight from the file', async () => {
  const expected: unknown[] = JSON.parse(readCorpus('sessions/documented.expected.json').toString('utf8'));
  const printed: unknown = JSON.parse(
    await cli('sessions', '--from', corpusPath('sessions/documented.ndjson'), '-o', 'json'),
  );
  expect(printed).toMatchObject(expected);
});

test.each(RECORDINGS)('%s: the counts of its README', async (cluster) => {
  const rows = await list('--cluster', cluster);
  const count = (kind: string, keep: (row: Row) => boolean) =>
    rows.filter((row) => row.kind === kind && keep(row)).length;
  expect(count('exec', ({ code, verbs }) => code === 101 && verbs.join() === 'get')).toBe(11);
  expect(count('exec', ({ code, verbs }) => code === 101 && verbs.join() === 'create')).toBe(4);
  expect(count('attach', ({ code }) => code === 101)).toBe(3);
  expect(count('port-forward', ({ code }) => code === 101)).toBe(2);
  expect(count('ephemeral-container', ({ state }) => state !== 'attempt')).toBe(1);
  const denied = await list('--cluster', cluster, '--denied');
  expect(denied.flatMap(({ auditIDs }) => auditIDs)).toHaveLength(6);
  expect(denied.map(({ code }) => code).sort()).toEqual([400, 403, 404, 404, 404]);
});

function isOf(row: Row, typed: TypedCommand): boolean {
  const seconds = Date.parse(row.startedAt) / 1000 - typed.startSeconds;
  if (row.user !== typed.user || seconds < 0 || seconds > 1) return false;
  if (typed.target.startsWith('node/')) return row.kind === 'debug-node' && row.node === typed.target.slice(5);
  if (row.pod !== typed.target) return false;
  if (typed.verb === 'cp') return row.form === 'cp';
  if (typed.verb === 'debug') return row.kind === 'ephemeral-container';
  return row.kind === typed.verb && row.command.join('\n') === typed.argv.join('\n');
}

test.each(RECORDINGS)('%s: one session for each command that was typed and asked for', async (cluster) => {
  const rows = await list('--cluster', cluster, '--user', '!~^user-');
  const typed = readTypedCommands(cluster);
  expect(typed.length).toBeGreaterThan(20);
  const unmet = typed.filter((one) => rows.filter((row) => isOf(row, one)).length !== 1);
  // The right to get the pod or the node was missing, or there was no such pod: nothing else was asked.
  expect(unmet.map(({ user, verb, target, failed }) => `${user} ${verb} ${target} ${failed}`)).toEqual([
    ...Array<string>(3).fill('eve@example.com exec shell true'),
    'alice exec nope true',
    'bob debug node/node-1 true',
  ]);
  for (const one of typed.filter(({ failed }) => !failed)) {
    expect(rows.filter((row) => isOf(row, one)).map(({ state }) => state)).not.toContain('attempt');
  }
  const others = rows.filter((row) => !typed.some((one) => isOf(row, one)));
  expect(others.map(({ kind, command }) => `${kind} ${command.join(' ')}`.trim()).sort()).toEqual([
    'exec test -d /tmp/f.txt',
    'kubelet-proxy id',
    'port-forward',
    'port-forward',
  ]);
});

const ITEM = {
  level: 'Metadata',
  auditID: 'live-1',
  requestURI: '/api/v1/namespaces/shop/pods/web-0/exec?command=sh&container=main&stdin=true&stdout=true&tty=true',
  verb: 'get',
  user: { username: 'alice' },
  sourceIPs: ['10.0.0.9'],
  userAgent: 'kubectl/v1.33.1',
  objectRef: { resource: 'pods', namespace: 'shop', name: 'web-0', apiVersion: 'v1', subresource: 'exec' },
  responseStatus: { metadata: {}, code: 101 },
};

async function send(stage: string, received: Date, time: Date): Promise<void> {
  const micros = (date: Date) => date.toISOString().replace('Z', '000Z');
  const item = { ...ITEM, stage, requestReceivedTimestamp: micros(received), stageTimestamp: micros(time) };
  const body = JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: [item] });
  const { status } = await server.ask({ method: 'POST', path: '/webhook/v1/live', body });
  expect(status).toBe(200);
}

test('a session is there soon after the acknowledgement, ends when its end comes, and is told live', async () => {
  const received = new Date(Date.now() - 60_000);
  const live = new AbortController();
  const told: Row[] = [];
  const watching = follow(live.signal, told).catch((error: unknown) => {
    if (!live.signal.aborted) throw error;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await send('ResponseStarted', received, new Date(received.getTime() + 20));
  // How fast is measured by the benchmark: other tests keep the machine busy meanwhile.
  await waitUntil('the session to be listed', async () => (await openSessions()).length === 1, {
    withinMs: 10_000,
    everyMs: 20,
  });
  await waitUntil('the session to be told', () => told.length === 1, { withinMs: 10_000 });
  await send('ResponseComplete', received, new Date());
  await waitUntil('its end to be told', () => told.length === 2, { withinMs: 10_000 });
  expect(await openSessions()).toEqual([]);
  live.abort();
  await watching;
  expect(told.map(({ kind, state, pod }) => `${kind} ${state} ${pod}`)).toEqual([
    'exec open web-0',
    'exec ended web-0',
  ]);
  expect(told[0]?.id).toBe(told[1]?.id);
});

/** The live list, through undici's fetch; its stream fails with the abort that ends it. */
async function follow(signal: AbortSignal, told: Row[]): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/sessions/tail?cluster=live`, { signal });
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') told.push(JSON.parse(line));
  }
}

async function openSessions(): Promise<readonly unknown[]> {
  const rows = (await server.getObject('/api/v1/sessions?open=true&cluster=live')).get('sessions');
  return Array.isArray(rows) ? rows : [];
}

test('kill -9 and another import change no session', { timeout: 120_000 }, async () => {
  // A session without an end would be longer at every look.
  const ended = async () => (await list()).filter(({ state }) => state !== 'open');
  const before = await ended();
  await server.kill();
  server = await TestServer.start({ data });
  await server.ready();
  await server.drained();
  expect(await ended()).toEqual(before);
  await load('kube-apiserver/metadata-all.tar.gz', 'metadata-all');
  expect(await ended()).toEqual(before);
  const [first] = before.filter(({ kind }) => kind === 'debug-node');
  const shown = await cli('sessions', 'show', first?.id ?? '', '--server', server.url);
  expect(shown).toMatch(/^Session: +[0-9a-f]{16}\nKind: +debug-node\n/);
  expect(await cli('sessions', 'who-can', 'exec', '-n', 'dev', '--server', server.url)).toMatch(
    /alice +dev +get pods\/exec/,
  );
});
