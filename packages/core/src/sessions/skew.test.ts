// API servers of one cluster whose clocks differ: what belongs together is one session all the same.
import { expect, test } from 'vitest';
import type { SessionRow } from '../wire/index.ts';
import { foldSessions } from './fold-sessions.ts';
import { printSession } from './print-session.ts';
import { type Made, makeRecords } from './testing/lines.ts';

const POD = '/api/v1/namespaces/shop/pods';
const agent = 'oc/4.14.0 (linux/amd64) kubernetes/abc';
const create = (at: number, name?: string): Made => ({
  verb: 'create',
  uri: POD,
  at,
  agent,
  ...(name === undefined ? {} : { name }),
});
const attach = (pod: string, at: number): Made => ({
  verb: 'get',
  uri: `${POD}/${pod}/attach?container=container-00&stdin=true&tty=true`,
  at,
  agent,
});
const remove = (pod: string, at: number, user = 'alice'): Made => ({
  verb: 'delete',
  uri: `${POD}/${pod}`,
  at,
  agent,
  user,
});
const fold = (...made: readonly Made[]): readonly SessionRow[] =>
  foldSessions(makeRecords(...made)).map((session) => printSession(session, 0n));
const kinds = (...made: readonly Made[]): string[] => fold(...made).map(({ kind, node }) => `${kind} ${node}`.trim());

test('a debug pod whose creation seems to come after its attach', () => {
  expect(fold(create(13, 'n1-debug'), attach('n1-debug', 11.5), remove('n1-debug', 19))).toMatchObject([
    { kind: 'debug-node', node: 'n1', auditIDs: { length: 3 } },
  ]);
  expect(kinds(create(13), attach('n1-debug-5zzz6', 11.5))).toEqual(['debug-node n1']);
  // Longer ago than clocks differ, and each creation without a name goes to the pod that was used after it.
  expect(kinds(create(30, 'n1-debug'), attach('n1-debug', 11))).toContain('attach');
  const two = fold(create(1), attach('n1-debug-5zzz6', 3), create(6), attach('n2-debug-5zzz6', 8));
  expect(two.map(({ node, auditIDs }) => [node, auditIDs[0]])).toEqual([
    ['n1', `id-create-1-${POD.length}`],
    ['n2', `id-create-6-${POD.length}`],
  ]);
});

test('a use shortly before a pod comes anew is of the pod that was there', () => {
  const places = (...made: readonly Made[]) =>
    fold(...made).flatMap(({ kind, node }) => (kind === 'exec' ? [node] : []));
  const exec: Made = { verb: 'get', uri: `${POD}/web-0/exec?command=id`, at: 10 };
  const status = (node: string, at: number): Made => ({
    verb: 'patch',
    uri: `${POD}/web-0/status`,
    at,
    user: `system:node:${node}`,
  });
  const gone = remove('web-0', 11, 'system:node:n1');
  expect(places(status('n1', 1), exec, gone, create(12, 'web-0'), status('n2', 13))).toEqual(['n1']);
});

test('a second try that seems to come before the first', () => {
  const exec = (verb: string, at: number): Made => ({
    verb,
    uri: `${POD}/web/exec?command=id`,
    at,
    code: 403,
    lasts: 0,
  });
  expect(fold(exec('get', 10), exec('create', 9.7))).toMatchObject([{ state: 'attempt', verbs: ['create', 'get'] }]);
  expect(fold(exec('get', 10), exec('create', 9.7), exec('get', 13), exec('create', 13.3))).toHaveLength(2);
  expect(fold(exec('get', 10), exec('create', 4))).toHaveLength(2);
  expect(fold(exec('get', 10), { ...exec('create', 9.7), user: 'bob' })).toHaveLength(2);
});

test('a container that seems to be attached to before it was added', () => {
  const added: Made = { verb: 'patch', uri: `${POD}/web/ephemeralcontainers`, at: 3 };
  const into: Made = { verb: 'get', uri: `${POD}/web/attach?container=debugger-x2v4b&stdin=true&tty=true`, at: 1 };
  expect(kinds(added, into)).toEqual(['ephemeral-container']);
  expect(kinds({ ...added, at: 30 }, into)).toEqual(['attach', 'ephemeral-container']);
});
