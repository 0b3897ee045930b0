// Who can, from recorded decisions: grants with their binding and role, and what to remove.
import { expect, test } from 'vitest';
import { type Made, makeRecords, readRecords, recordedLines } from './testing/lines.ts';
import { findWhoCan } from './who-can.ts';

const POD = '/api/v1/namespaces/shop/pods';
const reason = 'RBAC: allowed by RoleBinding "devs/shop" of ClusterRole "developer" to Group "developers"';
const granted: Made = {
  verb: 'get',
  uri: `${POD}/web/exec?command=id`,
  at: 1,
  annotations: { 'authorization.k8s.io/reason': reason },
};

test('both stages count once, and each binding is a row', () => {
  const records = makeRecords(granted, { ...granted, at: 9 }, { ...granted, at: 20, annotations: {} });
  const { granted: rows, refused } = findWhoCan(records, 'exec', 'shop');
  expect(refused).toEqual([]);
  expect(rows).toMatchObject([
    {
      user: 'alice',
      count: 2,
      right: 'get pods/exec',
      authorization: { binding: 'devs/shop', role: 'developer' },
      advice:
        'Remove create pods/exec and get pods/exec from ClusterRole developer, or Group developers from RoleBinding devs/shop.',
    },
    { user: 'alice', count: 1, advice: expect.stringMatching(/No binding was recorded/) },
  ]);
  const root = { ...granted, impersonated: { username: 'root', groups: ['system:masters'] }, annotations: {} };
  expect(findWhoCan(makeRecords(root), 'exec', '').granted).toMatchObject([
    { user: 'root', impersonatedBy: 'alice', advice: expect.stringMatching(/system:masters is allowed everything/) },
  ]);
  expect(findWhoCan(records, 'attach', 'shop').granted).toEqual([]);
  expect(findWhoCan(records, 'exec', 'other').granted).toEqual([]);
});

test('what is no debugging is no step of it', () => {
  const applied: Made = { verb: 'create', uri: `${POD}?fieldManager=kubectl-create`, at: 1, name: 'web' };
  const controller: Made = {
    verb: 'create',
    uri: POD,
    at: 1,
    user: 'system:serviceaccount:kube-system:replicaset-controller',
    agent: 'kube-controller-manager/v1.36.2',
  };
  expect(findWhoCan(makeRecords(applied, controller), 'debug', '').granted).toEqual([]);
  // `kubectl top`: the pods and nodes of another group.
  const top = { verb: 'get', at: 1, code: 403, agent: 'kubectl/v1.33.1' };
  const metrics = makeRecords(
    { ...top, uri: '/apis/metrics.k8s.io/v1/namespaces/shop/pods/web' },
    { ...top, uri: '/apis/metrics.k8s.io/v1/nodes/n1' },
  );
  expect(findWhoCan(metrics, 'debug', '').refused).toEqual([]);
  const oc: Made = { verb: 'create', uri: POD, at: 1, name: 'web-debug', agent: 'oc/4.14.0' };
  expect(findWhoCan(makeRecords(oc), 'debug', '').granted).toMatchObject([
    { right: 'create pods', action: 'debug pod' },
  ]);
});

test('a refused impersonation is none of what it stood before', () => {
  const message =
    'users.authentication.k8s.io "root" is forbidden: User "alice" cannot impersonate resource "users" in API group "authentication.k8s.io" at the cluster scope';
  const [get] = makeRecords({ verb: 'get', uri: `${POD}/web`, at: 1, code: 403 });
  if (get === undefined) throw new Error('no record');
  expect(findWhoCan([{ ...get, message }], 'exec', 'shop').refused).toMatchObject([
    { user: 'alice', right: 'impersonate', advice: expect.stringMatching(/^A refused impersonation/), message },
  ]);
  expect(findWhoCan([get], 'exec', 'shop').refused).toMatchObject([{ right: 'get pods' }]);
});

test('on a real log: the developer role lets alice in, and eve is stopped at the door', () => {
  const records = readRecords(recordedLines('metadata-all'));
  const exec = findWhoCan(records, 'exec', 'dev');
  expect(exec.granted.map(({ user, right, authorization }) => [user, right, authorization?.role])).toEqual([
    ['alice', 'get pods/exec', 'developer'],
    ['alice', 'create pods/exec', 'developer'],
  ]);
  expect(exec.refused).toMatchObject([{ user: 'eve@example.com', right: 'get pods', count: 3 }]);
  const debug = findWhoCan(records, 'debug', '');
  expect(debug.granted.map(({ user, action }) => `${user}: ${action}`).sort()).toContain(
    'alice: kubectl debug of a pod',
  );
  expect(debug.refused.map(({ user, action }) => `${user}: ${action}`)).toContain('bob: debug node');
});
