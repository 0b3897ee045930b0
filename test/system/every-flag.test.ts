// Every dimension of `top` and every filter of `search` from the command line; plain JavaScript over the same lines is the oracle.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readArchive, readCorpus, splitLines } from '../support/corpus.ts';
import { runCli } from '../support/run-program.ts';
import { compareLines } from '../support/same-lines.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';

interface Event {
  readonly auditID: string;
  readonly stage: string;
  readonly level: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user: { readonly username?: string; readonly groups?: readonly string[] };
  readonly impersonatedUser?: { readonly username: string };
  readonly sourceIPs?: readonly string[];
  readonly objectRef?: Readonly<
    Partial<Record<'resource' | 'subresource' | 'namespace' | 'name' | 'apiGroup', string>>
  >;
  readonly responseStatus?: { readonly code?: number };
  readonly stageTimestamp: string;
  readonly requestReceivedTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
interface Line {
  readonly bytes: Buffer;
  readonly event: Event;
  readonly origin: Readonly<Record<'cluster' | 'host' | 'component', string>>;
}

const DECISION = 'authorization.k8s.io/decision';
const HALF = '2026-11-20T19:52:56.000000Z';
const code = ({ event }: Line) => event.responseStatus?.code ?? 0;
const finished = (line: Line) => ['ResponseComplete', 'Panic'].includes(line.event.stage) || code(line) === 401;
const text = (read: (event: Event) => string | undefined) => (line: Line) => [read(line.event) ?? ''];
const micros = (time: string) => Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26));
const seconds = ({ event }: Line) => (micros(event.stageTimestamp) - micros(event.requestReceivedTimestamp)) / 1e6;

function readLines(bytes: Buffer, origin: Line['origin']): Line[] {
  return splitLines(bytes).map((line) => ({ bytes: line, event: JSON.parse(line.toString('utf8')), origin }));
}
const busy = readCorpus('kube-apiserver/real-100k.ndjson.gz');
const other = readArchive('metadata-all').get('log/audit.log') ?? Buffer.alloc(0);
const rotated = [...readArchive('metadata-all')].find(([path]) => /^log\/audit-.*\.log$/.test(path))?.[1] ?? other;
const files = [
  readLines(
    Buffer.concat(
      splitLines(busy.subarray(0, 20_000_000))
        .slice(0, 20_000)
        .flatMap((l) => [l, Buffer.from('\n')]),
    ),
    {
      cluster: 'lab',
      host: 'm0',
      component: 'kube-apiserver',
    },
  ),
  readLines(rotated, { cluster: '', host: '', component: '' }),
];
const lines = files.flat();
let server: TestServer;

beforeAll(async () => {
  const folder = makeFolder();
  server = await TestServer.start({ data: join(folder, 'data') });
  await server.ready();
  for (const [index, file] of files.entries()) {
    const path = join(folder, `${index}.log`);
    writeFileSync(path, Buffer.concat(file.flatMap(({ bytes }) => [bytes, Buffer.from('\n')])));
    const origin = Object.entries(file[0]?.origin ?? {}).flatMap(([name, value]) =>
      value === '' ? [] : [`--${name}`, value],
    );
    expect((await runCli(['import', path, ...origin, '--server', server.url])).code).toBe(0);
  }
});
afterAll(() => server.stop());

async function print(...args: readonly string[]): Promise<Buffer> {
  const ran = await runCli([...args, '--limit', '0', '--server', server.url]);
  expect(ran.code, ran.stderr).toBe(0);
  return ran.stdout;
}

const DIMENSIONS: Readonly<Record<string, (line: Line) => readonly string[]>> = {
  user: text((e) => e.user.username),
  'impersonated-user': text((e) => e.impersonatedUser?.username),
  group: ({ event }) => event.user.groups ?? [],
  verb: text((e) => e.verb),
  resource: text((e) => e.objectRef?.resource),
  subresource: text((e) => e.objectRef?.subresource),
  namespace: text((e) => e.objectRef?.namespace),
  name: text((e) => e.objectRef?.name),
  code: (line) => [String(code(line))],
  decision: text((e) => e.annotations?.[DECISION]),
  'user-agent': text((e) => e.userAgent),
  'source-ip': ({ event }) => event.sourceIPs ?? [],
  level: text((e) => e.level),
  stage: text((e) => e.stage),
  host: ({ origin }) => [origin.host],
  component: ({ origin }) => [origin.component],
  cluster: ({ origin }) => [origin.cluster],
  uri: text((e) => e.requestURI),
};

interface TopRow {
  readonly value: string;
  readonly count: number;
  readonly share: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly failures: number;
  readonly p50Seconds: number | null;
  readonly p95Seconds: number | null;
}

/** Within a hundredth of a duration near that rank. */
function expectQuantile(found: number | null, sorted: readonly number[], part: number): void {
  const at = (rank: number) => sorted[Math.min(sorted.length - 1, Math.max(0, rank))] ?? 0;
  const near = Math.ceil(sorted.length / 100);
  expect(found).toBeGreaterThanOrEqual(at(Math.floor(sorted.length * part) - 1 - near) * 0.99);
  expect(found).toBeLessThanOrEqual(at(Math.ceil(sorted.length * part) + near) * 1.01);
}

test.each(Object.entries(DIMENSIONS))('top --by %s', async (by, valuesOf) => {
  const wanted = new Map<string, Line[]>();
  for (const line of lines.filter(finished)) {
    for (const value of valuesOf(line)) wanted.set(value, [...(wanted.get(value) ?? []), line]);
  }
  const answer: { total: number; rows: readonly TopRow[] } = JSON.parse(
    (await print('top', '--by', by, '-o', 'json')).toString(),
  );
  const counts = (pairs: Iterable<readonly [string, number]>) => Object.fromEntries(pairs);
  expect(counts(answer.rows.map(({ value, count }) => [value, count]))).toEqual(
    counts([...wanted].map(([value, group]) => [value, group.length])),
  );
  for (const row of answer.rows.slice(0, 20)) {
    const group = wanted.get(row.value) ?? [];
    const times = group.map(({ event }) => event.stageTimestamp).sort();
    const failures = group.filter((line) => code(line) >= 400 || line.event.stage === 'Panic').length;
    expect([row.firstSeen, row.lastSeen, row.failures]).toEqual([times[0], times.at(-1), failures]);
    expect(row.share).toBeCloseTo(row.count / answer.total, 6);
    const durations = group.map(seconds).sort((a, b) => a - b);
    expectQuantile(row.p50Seconds, durations, 0.5);
    expectQuantile(row.p95Seconds, durations, 0.95);
  }
});

const some = lines.find((line) => line.event.objectRef?.name !== undefined && finished(line));
const id = some?.event.auditID ?? '';
const name = some?.event.objectRef?.name ?? '';

test.each<readonly [readonly string[], (line: Line) => boolean]>([
  [['--impersonated-user', '~.'], ({ event }) => event.impersonatedUser !== undefined],
  [['--impersonated-user', '!~.'], ({ event }) => event.impersonatedUser === undefined],
  [['--name', name], ({ event }) => event.objectRef?.name === name],
  [['--audit-id', id], ({ event }) => event.auditID === id],
  [
    ['--stage', 'ResponseStarted', '--stage', 'RequestReceived'],
    ({ event }) => /^Re.*(Started|Received)$/.test(event.stage),
  ],
  [['--level', '!Metadata'], ({ event }) => event.level !== 'Metadata'],
  [['--cluster', 'lab'], ({ origin }) => origin.cluster === 'lab'],
  [['--host', '-m0'], ({ origin }) => origin.host !== 'm0'],
  [
    ['--component', 'kube-apiserver', '--verb', '-get'],
    ({ event, origin }) => origin.component !== '' && event.verb !== 'get',
  ],
  [['--annotation', `${DECISION}!=allow`], ({ event }) => event.annotations?.[DECISION] !== 'allow'],
  [['--since-time', HALF], ({ event }) => event.stageTimestamp >= HALF],
  [
    ['--until', HALF, '--code', '4xx', '--code', '!404'],
    (line) => line.event.stageTimestamp < HALF && /^4(?!04)/.test(String(code(line))),
  ],
  [['-n', 'team-05', '-n', 'team-06'], ({ event }) => /^team-0[56]$/.test(event.objectRef?.namespace ?? '')],
  [['-n', 'team-05', '-A', '--decision', 'forbid'], ({ event }) => event.annotations?.[DECISION] === 'forbid'],
  [['--user', '=!odd', '--user', 'ci-bot'], ({ event }) => event.user.username === 'ci-bot'],
])('search %j', async (flags, keeps) => {
  const expected = lines.filter(keeps).map(({ bytes }) => bytes);
  expect(expected.length).toBeGreaterThan(0);
  const printed = await print('search', ...flags, '--all-stages', '-o', 'ndjson');
  expect(compareLines(expected, printed)).toEqual({ lines: expected.length, lost: [], added: [] });
  const count = (await print('top', '--by', 'stage', ...flags, '-o', 'json')).toString();
  if (!flags.includes('--stage'))
    expect(JSON.parse(count).total).toBe(lines.filter((line) => keeps(line) && finished(line)).length);
});
