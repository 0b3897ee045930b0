// Authorization: which binding let a request happen, read out of the annotation authorization.k8s.io/reason of RBAC.

export interface Authorization {
  readonly bindingKind: 'ClusterRoleBinding' | 'RoleBinding';
  /** `name`, or `name/namespace` for a RoleBinding: as RBAC prints it. */
  readonly binding: string;
  readonly roleKind: 'ClusterRole' | 'Role';
  readonly role: string;
  readonly subjectKind: 'User' | 'Group' | 'ServiceAccount';
  /** `name/namespace` for a ServiceAccount. */
  readonly subject: string;
}

const RBAC =
  /^RBAC: allowed by (ClusterRoleBinding|RoleBinding) ("(?:[^"\\]|\\.)*") of (ClusterRole|Role) ("(?:[^"\\]|\\.)*") to (User|Group|ServiceAccount) ("(?:[^"\\]|\\.)*")$/;

/** `undefined` for the empty reason and for those of other authorizers (node, webhook, scopes). */
export function parseAuthorization(reason: string): Authorization | undefined {
  if (!reason.startsWith('RBAC: allowed by ')) return undefined;
  const parts = RBAC.exec(reason);
  if (parts === null) return undefined;
  const [, bindingKind, binding = '', roleKind, role = '', subjectKind, subject = ''] = parts;
  return {
    bindingKind: bindingKind === 'RoleBinding' ? 'RoleBinding' : 'ClusterRoleBinding',
    binding: unquote(binding),
    roleKind: roleKind === 'Role' ? 'Role' : 'ClusterRole',
    role: unquote(role),
    subjectKind: subjectKind === 'User' || subjectKind === 'Group' ? subjectKind : 'ServiceAccount',
    subject: unquote(subject),
  };
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Go's %q. What is no escape of Go stays as it is. */
function unquote(quoted: string): string {
  const text = quoted.slice(1, -1);
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs, (all, x, u, long, one) => {
    if (one !== undefined) return SHORT.get(String(one)) ?? String(one);
    const code = Number.parseInt(String(x ?? u ?? long), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : String(all);
  });
}
