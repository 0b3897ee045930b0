// Who was inside, from where and by which right; and for each kind what the log cannot tell at the level it was written at.
import { expect, test } from 'vitest';
import type { SessionRow } from '../wire/index.ts';
import { describePod } from './describe-pod.ts';
import { foldSessions } from './fold-sessions.ts';
import { printSession } from './print-session.ts';
import { type Made, makeRecords } from './testing/lines.ts';

const POD = '/api/v1/namespaces/shop/pods';
const EXEC: Made = { verb: 'get', uri: `${POD}/web/exec?command=id&container=main`, at: 1 };
const fold = (...made: readonly Made[]): readonly SessionRow[] =>
  foldSessions(makeRecords(...made)).map((session) => printSession(session, 0n));
const unknown = (...made: readonly Made[]): string =>
  fold(...made)
    .at(-1)
    ?.notKnown.join(' ') ?? 'no session';

test('the person, the one they acted for, their groups, and the hop that the API server saw', () => {
  const impersonated = { username: 'system:admin', groups: ['system:masters'] };
  expect(fold({ ...EXEC, impersonated })).toMatchObject([
    {
      user: 'alice',
      groups: ['developers', 'system:authenticated'],
      impersonatedUser: 'system:admin',
      impersonatedGroups: ['system:masters'],
      sourceIP: '10.0.0.9',
      sourceIPs: ['203.0.113.7', '10.0.0.9'],
      userAgent: expect.stringMatching(/^kubectl/),
    },
  ]);
  // Impersonation is resolved after the request was received: a start without it is the same request.
  const [start] = makeRecords(EXEC);
  const [, end] = makeRecords({ ...EXEC, impersonated });
  const both = [start, end].flatMap((record, at) => (record === undefined ? [] : [{ ...record, recordId: `${at}` }]));
  expect(foldSessions(both).map((session) => printSession(session, 0n))).toMatchObject([
    { state: 'ended', user: 'alice', impersonatedUser: 'system:admin' },
  ]);
});

test('who made the pod, and for whom', () => {
  const impersonated = { username: 'system:admin' };
  const told = foldSessions(makeRecords({ verb: 'create', uri: POD, name: 'web', at: 0, impersonated }, EXEC));
  expect(told.flatMap(describePod)[0]).toMatch(/^Created by alice as system:admin at 2026-11-20T10:00:00/);
});

test('a pod whose creation nobody recorded may be anything, and that is said', () => {
  expect(unknown(EXEC)).toMatch(/can reach its node is not known: its creation is not in the stored records/);
  expect(unknown({ ...EXEC, code: 403, lasts: 0 })).not.toMatch(/reach its node/);
});

test('the binding and the role that allowed it', () => {
  const reason = 'RBAC: allowed by RoleBinding "devs/shop" of ClusterRole "developer" to Group "developers"';
  expect(fold({ ...EXEC, annotations: { 'authorization.k8s.io/reason': reason } })).toMatchObject([
    {
      bindingKind: 'RoleBinding',
      binding: 'devs/shop',
      roleKind: 'ClusterRole',
      role: 'developer',
      subject: 'Group developers',
    },
  ]);
  expect(unknown(EXEC)).toMatch(/No binding is named/);
});

test('what cannot be known of each kind is said', () => {
  const shell: Made = { ...EXEC, uri: `${POD}/web/exec?command=sh&stdin=true&tty=true` };
  const create: Made = { verb: 'create', uri: `${POD}?fieldManager=kubectl-run`, name: 'web', at: 0 };
  expect(unknown(shell)).toMatch(/Commands typed inside the shell are not in the API audit log\./);
  expect(unknown(EXEC)).toMatch(/Exit status and output of the command are not in the API audit log\./);
  expect(unknown(EXEC)).toMatch(/On which node the pod ran is not in the stored records\./);
  // Exec and attach, at Metadata: whether they are look-alikes.
  expect(unknown(create, EXEC)).toMatch(/policy records its creation at Metadata, Request would keep it/);
  expect(unknown(create, { ...EXEC, uri: `${POD}/web/attach?container=main` })).toMatch(/at Metadata, Request would/);
  expect(unknown({ verb: 'get', uri: `${POD}/web/portforward`, at: 1 })).toMatch(/Which ports were forwarded/);
  const oc = { agent: 'oc/4.11.0 (linux)' };
  const debug: Made = { verb: 'create', uri: POD, name: 'web-debug', at: 1, ...oc };
  const into: Made = {
    verb: 'create',
    uri: `${POD}/web-debug/attach?container=main&stdin=true&tty=true`,
    at: 4,
    ...oc,
  };
  expect(unknown(debug, into)).toMatch(/told by names and by the client/);
  expect(unknown(into, { verb: 'delete', uri: `${POD}/web-debug`, at: 9, ...oc })).toMatch(
    /creation of the pod is not/,
  );
  const node = { ...into, uri: `${POD}/n1-debug/attach?container=container-00&stdin=true&tty=true` };
  expect(unknown({ ...debug, name: 'n1-debug' }, node)).toMatch(/told by names and by the client/);
  const added: Made = { verb: 'patch', uri: `${POD}/web/ephemeralcontainers`, at: 1 };
  expect(unknown(added)).toMatch(/Image and command of the container were not recorded.*at Metadata/);
  // Behind `cri/` the kubelet put a token: neither pod nor command stand in the request.
  const cri: Made = { verb: 'get', uri: '/api/v1/nodes/n1/proxy/cri/exec/x8DfK2', at: 1 };
  expect(fold(cri)).toMatchObject([{ kind: 'kubelet-proxy', form: 'exec', node: 'n1', pod: '', command: [] }]);
  expect(unknown(cri)).toMatch(/Pod and command are not in the request/);
});
