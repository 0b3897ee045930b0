// What becomes of a line: a record with these fields, or a reason a person understands.
import { expect, test } from 'vitest';
import { type AuditFields, parseTimeNanos } from '../../event/index.ts';
import { parseAuditLine } from './parse-audit-line.ts';

const HEAD = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', stage: 'ResponseComplete' };
const TIME = { stageTimestamp: '2026-11-20T19:52:48.366430Z' };

function fieldsOf(event: object | string): AuditFields {
  const parsed = parseAuditLine(Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.fields;
}

function problemOf(event: object | string): string {
  const parsed = parseAuditLine(Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)));
  return parsed.ok ? 'a record' : parsed.problem;
}

test('an empty event is one of empty fields', () => {
  expect(fieldsOf({ ...HEAD, ...TIME })).toEqual({
    timeNanos: 1_795_204_368_366_430_000n,
    requestReceivedNanos: 0n,
    level: '',
    stage: 'ResponseComplete',
    auditId: '',
    requestUri: '',
    verb: '',
    username: '',
    userUid: '',
    userGroups: [],
    impersonatedUsername: '',
    impersonatedGroups: [],
    sourceIps: [],
    userAgent: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    apiGroup: '',
    apiVersion: '',
    code: 0,
    statusReason: '',
    statusMessage: '',
    callerPod: '',
    callerNode: '',
    annotations: new Map(),
    execCommand: [],
    container: '',
    stdin: false,
    stdout: false,
    tty: false,
  });
});

test('v1alpha1: one time in seconds, group and version joined', () => {
  const fields = fieldsOf({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1alpha1',
    metadata: { creationTimestamp: '2017-09-21T05:17:13Z' },
    timestamp: '2017-09-21T05:17:14Z',
    stage: 'ResponseComplete',
    objectRef: { resource: 'deployments', namespace: 'a', name: 'b', apiVersion: 'apps/v1beta1' },
  });
  expect(fields).toMatchObject({
    apiGroup: 'apps',
    apiVersion: 'v1beta1',
    timeNanos: parseTimeNanos('2017-09-21T05:17:14Z'),
  });
});

test('v1beta1: the stage has its own time, metadata is often null', () => {
  const fields = fieldsOf({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1beta1',
    metadata: { creationTimestamp: null },
    timestamp: '2018-09-21T05:17:13Z',
    ...TIME,
    stage: 'RequestReceived',
    objectRef: { resource: 'pods', apiVersion: 'v1' },
  });
  expect(fields).toMatchObject({ apiGroup: '', apiVersion: 'v1', timeNanos: parseTimeNanos(TIME.stageTimestamp) });
});

test.each([
  [
    'timestamp when stageTimestamp is null',
    { stageTimestamp: null, timestamp: '2018-09-21T05:17:13Z' },
    '2018-09-21T05:17:13Z',
  ],
  [
    'timestamp when stageTimestamp is Go’s zero',
    { stageTimestamp: '0001-01-01T00:00:00Z', timestamp: '2018-09-21T05:17:13Z' },
    '2018-09-21T05:17:13Z',
  ],
  [
    'the creation time when nothing else is there',
    { metadata: { creationTimestamp: '2018-09-21T05:17:12Z' } },
    '2018-09-21T05:17:12Z',
  ],
  ['a clock that is years behind', { stageTimestamp: '1970-01-01T00:00:07.000000Z' }, '1970-01-01T00:00:07Z'],
  ['a clock that is years ahead', { stageTimestamp: '2199-01-01T00:00:00.000000Z' }, '2199-01-01T00:00:00Z'],
  ['another zone', { stageTimestamp: '2026-11-20T21:52:48.36643+02:00' }, '2026-11-20T19:52:48.36643Z'],
])('time: %s', (_name, times, wanted) =>
  expect(fieldsOf({ ...HEAD, ...times }).timeNanos).toBe(parseTimeNanos(wanted)),
);

test('v1 with a slash in objectRef.apiVersion is left as written: the engine reads it so too', () => {
  expect(fieldsOf({ ...HEAD, ...TIME, objectRef: { resource: 'x', apiVersion: 'a/b' } })).toMatchObject({
    apiGroup: '',
    apiVersion: 'a/b',
  });
});

test('an event without objectRef takes the object from its URI, a non-resource request has none', () => {
  const uri = '/apis/apps/v1/namespaces/prod/deployments/web/scale?timeout=5s';
  expect(
    fieldsOf({
      ...HEAD,
      ...TIME,
      stage: 'ResponseStarted',
      verb: 'get',
      requestURI: uri,
      responseStatus: { code: 401 },
    }),
  ).toMatchObject({
    resource: 'deployments',
    subresource: 'scale',
    namespace: 'prod',
    name: 'web',
    apiGroup: 'apps',
    apiVersion: 'v1',
  });
  expect(fieldsOf({ ...HEAD, ...TIME, verb: 'get', requestURI: '/readyz?verbose' })).toMatchObject({
    resource: '',
    apiVersion: '',
  });
});

test('an objectRef stays as the server wrote it, also without a name', () => {
  const uri = '/api/v1/namespaces/prod/pods/web';
  expect(
    fieldsOf({ ...HEAD, ...TIME, verb: 'create', requestURI: uri, objectRef: { resource: 'pods', namespace: 'prod' } })
      .name,
  ).toBe('');
});

test('exec: argv, container and streams come from the URI', () => {
  const requestURI =
    '/api/v1/namespaces/prod/pods/web/exec?command=sh&command=-c&command=id+%26%26+ls&container=app&stdin=true&tty=true';
  expect(fieldsOf({ ...HEAD, ...TIME, requestURI })).toMatchObject({
    execCommand: ['sh', '-c', 'id && ls'],
    container: 'app',
    stdin: true,
    stdout: false,
    tty: true,
  });
});

test('the prefix of a shipper, a byte order mark and the NULs of a truncated file are passed over', () => {
  const line = JSON.stringify({ ...HEAD, ...TIME, verb: 'get' });
  for (const before of [
    'master-0 ',
    '2026-11-20T19:52:48.366Z stdout F ',
    'Nov 20 19:52:48 m0 audit: ',
    '\ufeff',
    '\0\0\0',
  ]) {
    expect(fieldsOf(before + line).verb).toBe('get');
  }
  expect(fieldsOf(`${line}\0\0`).verb).toBe('get');
});

test.each([
  ['', 'an empty line'],
  ['   ', 'an empty line'],
  ['hello', 'not JSON: "h" at byte 0, wanted an event, "{"'],
  ['{', 'not JSON: unexpected end after 1 bytes'],
  ['{}', 'no kind and no apiVersion: not an audit event'],
  [
    { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [] },
    'kind is "EventList", a list: its items must come one a line; an audit event has kind "Event"',
  ],
  [{ kind: 'Pod', apiVersion: 'v1' }, 'kind is "Pod"; an audit event has kind "Event"'],
  [{ kind: 'Event', apiVersion: 'v1' }, 'apiVersion is "v1"; an audit event has group audit.k8s.io'],
  [{ kind: 'Event', apiVersion: 'audit.k8s.io/v1' }, 'no stage'],
  [{ ...HEAD, stage: 'Done' }, 'stage is "Done"; known are RequestReceived, ResponseStarted, ResponseComplete, Panic'],
  [HEAD, 'no stageTimestamp, timestamp or metadata.creationTimestamp'],
  [{ ...HEAD, stageTimestamp: 'yesterday' }, 'stageTimestamp is not a time: "yesterday"'],
  [
    { ...HEAD, stageTimestamp: '2026-02-30T00:00:00.000000Z' },
    'stageTimestamp is not a time: "2026-02-30T00:00:00.000000Z"',
  ],
  [{ ...HEAD, timestamp: 5 }, 'timestamp is not a time: "5"'],
  [
    { ...HEAD, ...TIME, responseStatus: { code: 1234 } },
    'responseStatus.code is 1234; a response code lies below 1000',
  ],
  [`${JSON.stringify(HEAD)}${JSON.stringify(HEAD)}`, 'not one event: something follows it at byte 74'],
  ['I0921 05:17:13.712071   21526 audit.go:97] AUDIT: id="1"', 'not JSON: "I" at byte 0, wanted an event, "{"'],
  [{ kind: 'x'.repeat(500) }, `kind is "${'x'.repeat(80)}…"; an audit event has kind "Event"`],
])('refuses %j', (event, problem) => expect(problemOf(event)).toBe(problem));

test('a line beyond the limit is refused unread', () => {
  expect(parseAuditLine(new Uint8Array(67_108_865))).toEqual({
    ok: false,
    problem: 'a line of 67,108,865 bytes; the most is 67,108,864',
  });
});
