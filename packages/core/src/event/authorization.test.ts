import { expect, test } from 'vitest';
import { parseAuthorization } from './authorization.ts';

test.each([
  [
    'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
    ['ClusterRoleBinding', 'system:discovery', 'ClusterRole', 'system:discovery', 'Group', 'system:authenticated'],
  ],
  [
    'RBAC: allowed by RoleBinding "team/team-09" of ClusterRole "edit" to Group "team-09"',
    ['RoleBinding', 'team/team-09', 'ClusterRole', 'edit', 'Group', 'team-09'],
  ],
  [
    'RBAC: allowed by RoleBinding "b/ns" of Role "r" to ServiceAccount "localhost-recovery-client/openshift-kube-controller-manager"',
    [
      'RoleBinding',
      'b/ns',
      'Role',
      'r',
      'ServiceAccount',
      'localhost-recovery-client/openshift-kube-controller-manager',
    ],
  ],
  [
    'RBAC: allowed by ClusterRoleBinding "a \\"b\\" \\\\ c" of ClusterRole "r" to User "test \\" user\\u00e9\\n"',
    ['ClusterRoleBinding', 'a "b" \\ c', 'ClusterRole', 'r', 'User', 'test " useré\n'],
  ],
])('%s', (reason, wanted) => expect(Object.values(parseAuthorization(reason) ?? {})).toEqual(wanted));

test.each(['', 'RBAC: allowed by magic', 'node authorizer: x', 'RBAC: allowed by ClusterRoleBinding "x'])(
  'nothing in %j',
  (reason) => expect(parseAuthorization(reason)).toBeUndefined(),
);
