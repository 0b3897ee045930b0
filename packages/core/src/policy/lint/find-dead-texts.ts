// Users, groups, namespaces and names of rules that equal no text an API server compares them with.
import type { PolicyRule } from '../policy.ts';
import type { RawFinding } from './finding.ts';

type Path = readonly (string | number)[];

export function checkWildcards(rule: PolicyRule, path: Path): readonly RawFinding[] {
  const lists = [
    ['users', rule.users],
    ['userGroups', rule.userGroups],
    ['verbs', rule.verbs],
    ['namespaces', rule.namespaces],
    ...rule.resources.map((entry, at) => [`resources ${at}`, entry.resourceNames] as const),
  ] as const;
  return lists.flatMap(([key, texts]) =>
    texts.flatMap((text, at): readonly RawFinding[] => {
      if (!text.includes('*')) return [];
      const field = key.startsWith('resources ') ? ['resources', Number(key.slice(10)), 'resourceNames'] : [key];
      const name = field.at(-1);
      const way =
        text === '*'
          ? `Leave ${name} out to match all.`
          : key === 'users' && text.startsWith('system:')
            ? 'Name the group instead, such as system:serviceaccounts:<namespace> or system:nodes.'
            : 'List the texts one by one.';
      return [
        {
          code: 'literal-wildcard',
          severity: 'error',
          path: [...path, ...field, at],
          why: `${name} compares whole texts; ${JSON.stringify(text)} only matches itself.`,
          suggestion: { sentence: way },
        },
      ];
    }),
  );
}

export function checkUsers(rule: PolicyRule, path: Path): readonly RawFinding[] {
  return rule.users.flatMap((user, at): readonly RawFinding[] => {
    const parts = user.split(':');
    if (!user.startsWith('system:serviceaccount:') || user.includes('*') || (parts.length === 4 && !parts.includes('')))
      return [];
    const sentence =
      'Write system:serviceaccount:<namespace>:<name>; a whole namespace is the group system:serviceaccounts:<namespace>.';
    return [
      {
        code: 'dead-user',
        severity: 'error',
        path: [...path, 'users', at],
        why: `No service account is called ${JSON.stringify(user)}.`,
        suggestion: { sentence },
      },
    ];
  });
}
