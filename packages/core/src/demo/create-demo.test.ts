// The demo is data that tests and docs lean on: same seed, same bytes; lines as the API server writes them; the incident is there to be found.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isFinished, parseExecRequest, parseTimeNanos } from '../event/index.ts';
import { createDemo, type Demo, type DemoLine, MIN_DEMO_RECORDS } from './index.ts';

const END = parseTimeNanos('2026-11-20T00:00:00Z') ?? 0n;
const DAY = 86_400_000_000_000n;

interface Event {
  readonly stage: string;
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username?: string };
  readonly sourceIPs: readonly string[];
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly subresource?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const demoOf = (seed: number, records: number, nanos = DAY): Demo =>
  createDemo({ seed, startNanos: END - nanos, endNanos: END, records, cluster: 'demo' });

const lines: readonly DemoLine[] = [...demoOf(1, 30_000)];
const events: readonly Event[] = lines.map(({ text }) => JSON.parse(text));

test('a seed fixes every byte', () => {
  const hash = (seed: number): string => {
    const digest = createHash('sha256');
    for (const { host, text } of demoOf(seed, 5000)) digest.update(`${host} ${text}\n`);
    return digest.digest('hex');
  };
  expect(hash(1)).toBe(hash(1));
  expect(hash(1)).not.toBe(hash(2));
  // A change here changes the benchmark's input: intended changes only.
  expect(hash(7)).toMatchInlineSnapshot(`"845573c20a45b7315274b4fbf5b438c76609b93020ce2ed130c5a1eb4fa0a4ff"`);
});

test('exactly the records asked for, in time order, inside the window, from all servers', () => {
  expect(lines).toHaveLength(30_000);
  expect(lines.every(({ atMicros }, at) => at === 0 || atMicros >= (lines[at - 1]?.atMicros ?? 0))).toBe(true);
  expect(lines[0]?.atMicros).toBeGreaterThanOrEqual(Number((END - DAY) / 1000n));
  expect(lines.at(-1)?.atMicros).toBeLessThan(Number(END / 1000n));
  expect(new Set(lines.map(({ host }) => host))).toEqual(new Set(['master-0', 'master-1', 'master-2']));
  for (const [at, { atMicros }] of lines.entries()) {
    if (at % 100 === 0) expect(parseTimeNanos(events[at]?.stageTimestamp ?? '')).toBe(BigInt(atMicros) * 1000n);
  }
});

const KEYS = [
  'kind',
  'apiVersion',
  'level',
  'auditID',
  'stage',
  'requestURI',
  'verb',
  'user',
  'impersonatedUser',
  'sourceIPs',
  'userAgent',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'requestReceivedTimestamp',
  'stageTimestamp',
  'annotations',
];

test('lines are written as Go writes them: key order, escapes, nothing else', () => {
  for (const [at, { text }] of lines.entries()) {
    const again = JSON.stringify(events[at]).replace(/[<>&]/g, (mark) => `\\u00${mark.charCodeAt(0).toString(16)}`);
    expect(again).toBe(text);
    const keys = Object.keys(events[at] ?? {});
    expect(keys).toEqual(KEYS.filter((key) => keys.includes(key)));
    const annotations = Object.keys(events[at]?.annotations ?? {});
    expect(annotations).toEqual([...annotations].sort());
  }
});

test('every request has its stages, and one finished record unless it is still open at the end', () => {
  const requests = new Map<string, Event[]>();
  for (const event of events) requests.set(event.auditID, [...(requests.get(event.auditID) ?? []), event]);
  let open = 0;
  for (const stages of requests.values()) {
    const names = stages.map(({ stage }) => stage);
    expect(new Set(names).size).toBe(names.length);
    const finished = stages.filter(({ stage, responseStatus }) => isFinished(stage, responseStatus?.code ?? 0));
    if (finished.length === 0) open++;
    else expect(finished).toHaveLength(1);
    expect(new Set(stages.map(({ requestReceivedTimestamp }) => requestReceivedTimestamp)).size).toBe(1);
  }
  expect(open).toBeGreaterThan(0);
  expect(open).toBeLessThan(requests.size / 100);
});

test('a believable mixture', () => {
  const count = (wanted: (event: Event) => boolean): number => events.filter(wanted).length;
  expect(count(({ stage }) => stage === 'RequestReceived')).toBeGreaterThan(3000);
  expect(count(({ stage }) => stage === 'ResponseStarted')).toBeGreaterThan(1500);
  expect(count(({ objectRef }) => objectRef?.resource === 'leases')).toBeGreaterThan(4000);
  expect(count(({ verb, stage }) => verb === 'watch' && stage === 'ResponseComplete')).toBeGreaterThan(1000);
  expect(count(({ responseStatus }) => responseStatus?.code === 403)).toBeGreaterThan(50);
  expect(count(({ responseStatus }) => responseStatus?.code === 401)).toBeGreaterThan(5);
  expect(count(({ responseStatus }) => responseStatus?.code === 409)).toBeGreaterThan(20);
  expect(count(({ annotations }) => annotations?.['apiserver.latency.k8s.io/total'] !== undefined)).toBeGreaterThan(10);
  expect(count(({ annotations }) => annotations?.['authentication.openshift.io/decision'] === 'deny')).toBeGreaterThan(
    2,
  );
  const people = (hour: string): number =>
    count(
      ({ user, stageTimestamp }) =>
        stageTimestamp.slice(11, 13) === hour && user.username?.endsWith('@example.com') === true,
    );
  expect(people('09')).toBeGreaterThan(5 * people('02'));
});

test.each([
  [1, 30_000, DAY],
  [2, MIN_DEMO_RECORDS, DAY],
  [3, 2000, 60_000_000_000n],
])('the incident of seed %d is found by its address, fact by fact', (seed, records, nanos) => {
  const demo = demoOf(seed, records, nanos);
  const { incident } = demo.facts;
  const all: Event[] = [...demo].map(({ text }) => JSON.parse(text));
  expect(all).toHaveLength(records);
  const theirs = all.filter(({ sourceIPs }) => sourceIPs[0] === incident.sourceIp);
  const finished = theirs.filter(({ stage, responseStatus }) => isFinished(stage, responseStatus?.code ?? 0));
  expect(theirs).toHaveLength(incident.records);
  expect(finished).toHaveLength(incident.requests);
  expect(new Set(theirs.map(({ user }) => user.username))).toEqual(new Set([incident.username]));
  for (const fact of incident.facts) {
    const found = finished.filter(
      ({ verb, requestURI, objectRef, responseStatus }) =>
        verb === fact.verb &&
        (objectRef?.resource ?? '') === fact.resource &&
        (objectRef?.subresource ?? '') === fact.subresource &&
        (objectRef?.namespace ?? '') === fact.namespace &&
        responseStatus?.code === fact.code &&
        (fact.command.length === 0 || parseExecRequest(requestURI)?.command.join('\0') === fact.command.join('\0')),
    );
    expect(found.length, fact.what).toBeGreaterThanOrEqual(fact.requests);
  }
  const between = ({ stageTimestamp }: Event): boolean => {
    const at = parseTimeNanos(stageTimestamp) ?? 0n;
    return at >= incident.fromNanos && at <= incident.untilNanos;
  };
  expect(theirs.every(between)).toBe(true);
});

test('the thief is the only one who reads all secrets, debugs a node or deletes events', () => {
  const { sourceIp } = demoOf(1, 30_000).facts.incident;
  const suspicious = events.filter(
    ({ verb, objectRef, responseStatus }) =>
      responseStatus !== undefined &&
      responseStatus.code < 400 &&
      ((verb === 'list' &&
        objectRef?.resource === 'secrets' &&
        objectRef.namespace === undefined &&
        objectRef.name === undefined) ||
        (verb === 'deletecollection' && objectRef?.resource === 'events') ||
        objectRef?.name?.startsWith('node-debugger-') === true),
  );
  const strangers = suspicious.filter(
    ({ sourceIPs, user }) => sourceIPs[0] !== sourceIp && !user.username?.includes(':serviceaccount:'),
  );
  expect(suspicious.some(({ sourceIPs }) => sourceIPs[0] === sourceIp)).toBe(true);
  expect(strangers).toEqual([]);
});

test('live: goes on after the window, in order, at the pace of the window, and makes up for a minute at most', () => {
  const demo = demoOf(1, 200_000);
  for (const _line of demo);
  const seen: DemoLine[] = [];
  for (let second = 1n; second <= 600n; second++) seen.push(...demo.next(END + second * 1_000_000_000n));
  expect(seen.length).toBeGreaterThan(400);
  expect(seen.length).toBeLessThan(2400);
  expect(seen.every(({ atMicros }, at) => at === 0 || atMicros >= (seen[at - 1]?.atMicros ?? 0))).toBe(true);
  expect(seen[0]?.atMicros).toBeGreaterThanOrEqual(Number(END / 1000n));
  expect(demo.next(END + 600n * 1_000_000_000n)).toEqual([]);
  expect(demo.next(END).length).toBe(0);
  const afterPause = demo.next(END + 30n * DAY);
  expect(afterPause.length).toBeLessThan(5000);
});

test('the window is walked once', () => {
  const demo = demoOf(1, 500);
  expect([...demo]).toHaveLength(500);
  expect([...demo]).toHaveLength(0);
});

test('too little to hide an incident in is refused', () => {
  expect(() => demoOf(1, 10)).toThrow('at least 500 records');
  expect(() => demoOf(1, 500, 1n)).toThrow('at least a minute');
});
