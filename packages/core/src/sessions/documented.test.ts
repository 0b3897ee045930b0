// The examples that Red Hat's text on auditing exec, rsh, attach and debug prints, and the sessions they are.
import { expect, test } from 'vitest';
import { foldSessions } from './fold-sessions.ts';
import { printSession } from './print-session.ts';
import { corpusLines, readRecords } from './testing/lines.ts';
import { findWhoCan } from './who-can.ts';

test('every documented session comes out as stated', () => {
  const expected: unknown[] = JSON.parse(corpusLines('sessions/documented.expected.json').join('\n'));
  const sessions = foldSessions(readRecords(corpusLines('sessions/documented.ndjson')));
  expect(sessions.map((session) => printSession(session, 0n))).toMatchObject(expected);
});

test('the login of a kubeadmin that ended in an error', () => {
  const sessions = foldSessions(readRecords(corpusLines('documented/openshift4-servers.ndjson')));
  expect(sessions.map((session) => printSession(session, 0n))).toMatchObject([
    {
      kind: 'login',
      state: 'attempt',
      loginName: 'kubeadmin',
      loginDecision: 'error',
      user: 'system:anonymous',
      sourceIP: '10.128.2.6',
      code: 302,
    },
  ]);
});

/** The four refusals as an API server would have recorded them: the client printed the message. */
const REFUSED = corpusLines('documented/refused-debug.txt').map((line, at) => {
  const message = line.replace('Error from server (Forbidden): ', '');
  const [, verb = '', resource = '', subresource = ''] =
    /cannot (\w+) resource "(\w+)(?:\/(\w+))?"/.exec(message) ?? [];
  const [, name = ''] = /^\w+ "([^"]+)"/.exec(message) ?? [];
  const namespace = resource === 'nodes' ? '' : 'test-audit';
  const path = `/api/v1/${namespace === '' ? '' : `namespaces/${namespace}/`}${resource}${name === '' ? '' : `/${name}`}${subresource === '' ? '' : `/${subresource}?container=trbsht`}`;
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `refused-${at}`,
    stage: 'ResponseComplete',
    requestURI: path,
    verb,
    user: { username: 'developer3' },
    userAgent: 'oc/4.11.0 (linux/amd64) kubernetes/5e53738',
    objectRef: { resource, subresource, namespace, name },
    responseStatus: { code: 403, message, reason: 'Forbidden' },
    stageTimestamp: `2023-01-11T15:00:0${at}.000000Z`,
    annotations: { 'authorization.k8s.io/decision': 'forbid' },
  });
});

test('refusals read as what was attempted', () => {
  const records = readRecords(REFUSED);
  const refused = (verb: 'exec' | 'attach' | 'debug') =>
    findWhoCan(records, verb, 'test-audit').refused.map(({ user, action, right }) => [user, action, right]);
  expect(refused('exec')).toEqual([['developer3', 'exec, rsh or cp', 'create pods/exec']]);
  expect(refused('attach')).toEqual([['developer3', 'attach', 'create pods/attach']]);
  expect(refused('debug')).toEqual(
    expect.arrayContaining([
      ['developer3', 'debug pod', 'create pods'],
      ['developer3', 'debug node', 'get nodes'],
      ['developer3', 'attach', 'create pods/attach'],
    ]),
  );
  expect(findWhoCan(records, 'exec', '').refused[0]?.message).toMatch(/cannot create resource "pods\/exec"/);
  const attempts = foldSessions(records).map(({ kind, state }) => [kind, state]);
  expect(attempts).toEqual([
    ['exec', 'attempt'],
    ['attach', 'attempt'],
  ]);
});
