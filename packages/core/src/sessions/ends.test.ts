// How sessions end when their own end was never written, and where their pod ran.
import { expect, test } from 'vitest';
import { foldSessions } from './fold-sessions.ts';
import { type Made, makeRecords } from './testing/lines.ts';

const POD = '/api/v1/namespaces/shop/pods';
const open: Made = { verb: 'get', uri: `${POD}/web/exec?command=top&tty=true&stdin=true`, at: 10, lasts: undefined };
const start = (at: number): Made => ({
  verb: 'get',
  uri: '/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin',
  at,
  user: 'system:apiserver',
  annotations: { 'apiserver.k8s.io/startup': 'early=true self=false loopback=true' },
});
const state = (...made: readonly Made[]) => foldSessions(makeRecords(...made)).map((session) => session.state);

test('a restart of the API server ends what was open, a start before it does not', () => {
  expect(state(open, start(100))).toEqual(['unknown']);
  expect(state(start(1), open)).toEqual(['open']);
  // The same start, still going on while the stream was opened.
  expect(state(start(1), open, start(20))).toEqual(['open']);
  // A late end corrects it.
  expect(state({ ...open, lasts: 3600 }, start(100))).toEqual(['ended']);
});

test('another API server of the cluster may start', () => {
  const records = makeRecords(open, start(100)).map((record) => ({ ...record, host: record.starting ? 'm2' : 'm1' }));
  expect(foldSessions(records)).toMatchObject([{ state: 'open' }]);
  // Without hosts nobody knows which one it was.
  const told = (host: string) =>
    foldSessions(makeRecords(open, start(100)).map((record) => ({ ...record, host })))[0]?.notKnown.join(' ');
  expect(told('')).toMatch(/may be open still/);
  expect(told('m1')).not.toMatch(/may be open still/);
});

test('a pod that its kubelet removed holds nobody any more', () => {
  const gone: Made = { verb: 'delete', uri: `${POD}/web`, at: 50, user: 'system:node:n7' };
  expect(foldSessions(makeRecords(open, gone))).toMatchObject([{ state: 'unknown', node: 'n7' }]);
  // Asked to go is not gone, and what went before was another pod of that name.
  expect(state(open, { ...gone, user: 'alice' })).toEqual(['open']);
  expect(state({ ...gone, at: 1 }, open)).toEqual(['open']);
});

test('after its kubelet removed it, a pod of that name is another one, somewhere else', () => {
  const exec = (at: number): Made => ({ verb: 'get', uri: `${POD}/web-0/exec?command=id`, at });
  const status = (node: string, at: number): Made => ({
    verb: 'patch',
    uri: `${POD}/web-0/status`,
    at,
    user: `system:node:${node}`,
  });
  const gone: Made = { verb: 'delete', uri: `${POD}/web-0`, at: 30, user: 'system:node:n1' };
  const sessions = foldSessions(makeRecords(status('n1', 1), exec(5), gone, status('n2', 33), exec(40)));
  expect(sessions.map(({ node }) => node)).toEqual(['n1', 'n2']);
});

test('the node: by binding, by kubelet, by the token of the pod itself', () => {
  const node = (...made: readonly Made[]) => foldSessions(makeRecords(open, ...made)).find(({ pod }) => pod === 'web');
  const bound = { kind: 'Binding', target: { kind: 'Node', name: 'n1' } };
  expect(node({ verb: 'create', uri: `${POD}/web/binding`, at: 1, request: bound })).toMatchObject({ node: 'n1' });
  expect(node({ verb: 'create', uri: `${POD}/web/binding`, at: 1 })).toMatchObject({ node: '', nodeBy: '' });
  expect(node({ verb: 'patch', uri: `${POD}/web/status`, at: 99, user: 'system:node:n2' })).toMatchObject({
    node: 'n2',
  });
  expect(node({ verb: 'patch', uri: `${POD}/web/status`, at: 99, user: 'carol' })).toMatchObject({ node: '' });
  const extra = {
    'authentication.kubernetes.io/pod-name': ['web'],
    'authentication.kubernetes.io/node-name': ['n3'],
  };
  const own: Made = { ...open, uri: `${POD}/db/exec?command=id`, user: 'system:serviceaccount:shop:app', extra };
  expect(node(own)).toMatchObject({ node: 'n3' });
});
