// Requests by their stages: what must stay counts each request once, shells that are still open too, and a check finds each missing stage.
import { expect, test } from 'vitest';
import { makePolicy, makeRule } from '../policy.ts';
import { busyLines } from '../testing/audit-lines.ts';
import { createAdvisor } from './advise-policy.ts';
import type { AuditSample } from './audit-sample.ts';
import { createRecordCheck } from './check-records.ts';
import { createOpenRequests } from './open-requests.ts';
import { createRecordWatch } from './record-watch.ts';
import { createSampleReader } from './sample-reader.ts';
import { createSimulation } from './simulation.ts';

const encoder = new TextEncoder();
const second = (at: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString().replace('.000Z', '.000000Z');

function line(id: string, stage: string, at: number, more: object = {}, receivedAt = at): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: id,
    stage,
    requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=sh',
    verb: 'create',
    user: { username: 'system:serviceaccount:shop:bot' },
    ...(stage === 'RequestReceived' ? {} : { responseStatus: { code: 101 } }),
    requestReceivedTimestamp: second(receivedAt),
    stageTimestamp: second(at),
    ...more,
  });
}

function feed(lines: readonly string[], add: (sample: AuditSample) => void, watch = createRecordWatch()): void {
  const reader = createSampleReader();
  for (const text of lines) {
    const bytes = encoder.encode(text);
    watch.show(bytes, 0, bytes.length);
    const sample = reader.read(bytes, 0, bytes.length);
    if (sample === undefined) throw new Error(`no record: ${text}`);
    add(sample);
  }
}

function stay(lines: readonly string[], selectors: readonly string[], names: readonly string[] = []) {
  const watch = createRecordWatch();
  const parsed = watch.parse(names, selectors);
  if (!parsed.ok) throw new Error(parsed.sentence);
  const policy = makePolicy([makeRule('None', { namespaces: ['shop'] }), makeRule('Metadata')], {
    omitStages: ['RequestReceived'],
  });
  const simulation = createSimulation(policy, { mustStay: parsed.lists });
  feed(lines, (sample) => void simulation.add(sample), watch);
  return simulation.report().mustStay.map(({ records, lost, examples }) => [records, lost, examples.length]);
}

const ELSEWHERE = { requestURI: '/api/v1/namespaces/other/pods/web/exec?command=sh' };

test('a shell that is still open must stay, and each request counts once', () => {
  const open = [line('a', 'RequestReceived', 1), line('a', 'ResponseStarted', 2)];
  const ended = [line('b', 'RequestReceived', 3), line('b', 'ResponseStarted', 4), line('b', 'ResponseComplete', 9)];
  expect(stay([...open, ...ended], ['{verb="create"}'], ['sessions'])).toEqual([
    [2, 2, 2],
    [2, 2, 2],
  ]);
  const kept = [line('c', 'RequestReceived', 1, ELSEWHERE), line('c', 'ResponseStarted', 2, ELSEWHERE)];
  expect(stay(kept, [], ['sessions'])).toEqual([[1, 0, 0]]);
});

test('requests that share an auditID stay two', () => {
  const twice = [1, 2].flatMap((at) => [line('a', 'RequestReceived', at), line('a', 'ResponseComplete', at + 4)]);
  expect(stay(twice, [], ['sessions'])).toEqual([[2, 2, 2]]);
});

test('a selector that asks for a stage means the records of that stage', () => {
  const lines = [line('a', 'RequestReceived', 1, ELSEWHERE), line('a', 'ResponseComplete', 2, ELSEWHERE)];
  expect(stay(lines, ['{stage="RequestReceived"}', '{stage=~".+"}', '{verb="create"}'])).toEqual([
    [1, 1, 1],
    [2, 1, 1],
    [1, 0, 0],
  ]);
});

test('a needed request is not dropped, though it has no outcome yet', () => {
  const watching = { verb: 'watch', requestURI: '/api/v1/namespaces/shop/configmaps?watch=1' };
  const lines = [line('a', 'RequestReceived', 1, watching), line('a', 'ResponseStarted', 2, watching)];
  const advise = (selectors: readonly string[]) => {
    const watch = createRecordWatch();
    const parsed = watch.parse([], selectors);
    if (!parsed.ok) throw new Error(parsed.sentence);
    const advisor = createAdvisor({ keep: parsed.lists });
    feed(lines, advisor.add, watch);
    return advisor.advise().groups.map(({ droppable, why }) => [droppable, why]);
  };
  expect(advise([])).toEqual([[true, 'a machine that only reads']]);
  expect(advise(['{verb="watch"}'])).toEqual([[false, 'marked as needed']]);
});

test('what a machine reads for a person is a request of that person', () => {
  const reading = { verb: 'list', requestURI: '/api/v1/namespaces/shop/pods', responseStatus: { code: 200 } };
  const acting = { ...reading, impersonatedUser: { username: 'alice', groups: ['dev'] } };
  // The first stage does not know yet for whom it is.
  const lines = [line('a', 'RequestReceived', 1, reading), line('a', 'ResponseComplete', 2, acting, 1)];
  const advisor = createAdvisor();
  feed(lines, advisor.add);
  expect(advisor.advise().groups.map(({ droppable, why }) => [droppable, why])).toEqual([[false, 'acts for a person']]);
  expect(stay(lines, [], ['people'])).toEqual([[1, 1, 1]]);
  const machine = { ...reading, impersonatedUser: { username: 'system:serviceaccount:a:b' } };
  expect(stay([line('b', 'ResponseComplete', 3, machine)], [], ['people'])).toEqual([[0, 0, 0]]);
});

const EVERYTHING = makePolicy([makeRule('Metadata')]);

function missing(lines: readonly string[], policy = EVERYTHING) {
  const check = createRecordCheck(policy);
  feed(lines, check.add);
  return check
    .report()
    .mismatches.filter(({ kind }) => kind === 'stage-missing')
    .map(({ stage, records, examples }) => {
      expect(examples).toHaveLength(Math.min(records, 3));
      return [stage, records];
    });
}

const GET = { verb: 'get', requestURI: '/api/v1/namespaces/shop/pods/web', responseStatus: { code: 200 } };
const begin = line('0', 'RequestReceived', 0, GET);
const end = line('0', 'ResponseComplete', 1, GET, 0);

test('one missing stage of one request is found', () => {
  const whole = [begin, end, line('a', 'RequestReceived', 5, GET), line('a', 'ResponseComplete', 6, GET, 5)];
  expect(missing(whole)).toEqual([]);
  expect(missing(whole.toReversed())).toEqual([]);
  expect(missing(whole.toSpliced(2, 1))).toEqual([['RequestReceived', 1]]);
  const late = line('z', 'RequestReceived', 400, GET);
  expect(missing([...whole.toSpliced(3, 1), late])).toEqual([['ResponseComplete', 1]]);
  const shell = [line('s', 'RequestReceived', 7), line('s', 'ResponseComplete', 9, {}, 7)];
  expect(missing([...whole, ...shell])).toEqual([['ResponseStarted', 1]]);
});

test('what is in flight at either end of a log is not missing', () => {
  const before = line('a', 'ResponseComplete', 1, GET, -3);
  const flying = line('b', 'RequestReceived', 100, GET);
  const shell = [line('s', 'RequestReceived', 2), line('s', 'ResponseStarted', 3)];
  const refused = line('r', 'ResponseStarted', 4, { ...GET, responseStatus: { code: 401 } });
  expect(missing([begin, end, before, ...shell, refused, flying])).toEqual([]);
});

test('what the policy omits is not missing', () => {
  const only = [begin, end, line('a', 'ResponseComplete', 6, GET, 5)];
  expect(missing(only, makePolicy([makeRule('Metadata')], { omitStages: ['RequestReceived'] }))).toEqual([]);
  expect(missing(only, makePolicy([makeRule('None')]))).toEqual([]);
});

test('a recorded log of everything lacks exactly what is taken out of it', () => {
  const lines = busyLines(3_000).filter((text) => text.includes('"level":"Metadata"'));
  const whole = missing(lines);
  const received = lines.findIndex((text) => {
    const { stage, verb, auditID } = JSON.parse(text);
    const same = lines.filter((other) => other.includes(auditID));
    return stage === 'RequestReceived' && verb === 'get' && same.some((other) => other.includes('ResponseComplete'));
  });
  const [[, before] = ['', 0]] = whole;
  const [[stage, after] = ['', 0]] = missing(lines.toSpliced(received, 1));
  expect([stage, Number(after) - Number(before)]).toEqual(['RequestReceived', 1]);
});

test('requests in flight take a bounded place', () => {
  const open = createOpenRequests<number>(2);
  for (const [at, id] of ['a', 'b', 'c'].entries()) open.open(id, at);
  expect([open.rest(), open.overflow(), open.close('c'), open.close('a')]).toEqual([[0, 1], 1, undefined, 0]);
});
