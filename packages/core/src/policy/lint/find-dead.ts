// Entries of rules that match nothing: groups, resources, verbs, users and wildcards that the API server compares as texts.
import type { GroupResources, Policy, PolicyRule } from '../policy.ts';
import { checkUsers, checkWildcards } from './find-dead-texts.ts';
import type { RawFinding } from './finding.ts';
import { findGroupsOf, guessGroup, isDeadGroup, isKnownGroup, isKnownResource } from './known-api.ts';

const RESOURCE_VERBS = new Set([
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'proxy',
  '',
]);
const URL_VERBS = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'connect', 'trace']);
const MEANT_VERB: Readonly<Record<string, string>> = {
  replace: 'update',
  put: 'update',
  post: 'create',
  head: 'get',
  edit: 'update',
  read: 'get',
  apply: 'patch',
  exec: 'create',
};

type Path = readonly (string | number)[];

export function findDead(policy: Policy): readonly RawFinding[] {
  return policy.rules.flatMap((rule, index) => {
    const path: Path = ['rules', index];
    return [
      ...rule.resources.flatMap((entry, at) => [
        ...checkGroup(entry, [...path, 'resources', at]),
        ...checkNames(rule, entry, [...path, 'resources', at]),
      ]),
      ...checkVerbs(rule, path),
      ...checkWildcards(rule, path),
      ...checkUsers(rule, path),
    ];
  });
}

function checkGroup(entry: GroupResources, path: Path): readonly RawFinding[] {
  if (isDeadGroup(entry.group)) {
    const meant = guessGroup(entry.group);
    const why = `No API server serves the group ${JSON.stringify(entry.group)}, so this entry matches nothing.${entry.group === 'core' ? ' The core group is written "".' : ''}`;
    const suggestion =
      meant === undefined
        ? { sentence: 'Write the full group name as `kubectl api-resources` prints it.' }
        : {
            sentence: `Write ${JSON.stringify(meant)}.`,
            edit: { kind: 'replace-text', path: [...path, 'group'], text: meant } as const,
          };
    return [{ code: 'dead-group', severity: 'error', path: [...path, 'group'], why, suggestion }];
  }
  return entry.resources.flatMap((text, at) => checkResource(entry.group, text, [...path, 'resources', at]));
}

function checkResource(group: string, text: string, path: Path): readonly RawFinding[] {
  const dead = (why: string, sentence: string, meant?: string): readonly RawFinding[] => [
    {
      code: 'dead-resource',
      severity: 'error',
      path,
      why,
      suggestion: meant === undefined ? { sentence } : { sentence, edit: { kind: 'replace-text', path, text: meant } },
    },
  ];
  const quoted = JSON.stringify(text);
  if (text === '' || text.startsWith('/') || text.endsWith('/'))
    return dead(
      `The resource ${quoted} matches no request that can be made.`,
      'Write a resource such as "pods", "pods/log" or "pods/*".',
    );
  if (text === '*/*')
    return dead(
      '"*/*" is no wildcard: it only matches a resource or subresource that is called "*".',
      'Write "*", which includes subresources.',
      '*',
    );
  if (/\*/.test(text) && text !== '*' && !/^\*\/[^*]+$/.test(text) && !/^[^*]+\/\*$/.test(text)) {
    return dead(
      `The "*" in ${quoted} is no wildcard; only "*", "resource/*" and "*/subresource" are.`,
      'List the resources one by one.',
    );
  }
  if (/[A-Z]/.test(text) || isKnownResource(group, text) === false) {
    const places = findGroupsOf(text);
    const here = places.find((place) => place.group === group);
    if (here !== undefined && here.resource !== text)
      return dead(
        `Resources are lower-case plurals, so ${quoted} matches nothing.`,
        `Write ${JSON.stringify(here.resource)}.`,
        here.resource,
      );
    const known = isKnownGroup(group)
      ? `the group ${JSON.stringify(group)} has no ${quoted}`
      : `resources are lower-case plurals`;
    const elsewhere = places.filter((place) => place.group !== group);
    const sentence =
      elsewhere.length === 0
        ? 'Look the name up with `kubectl api-resources`.'
        : `Name it in ${elsewhere.map((place) => `${JSON.stringify(place.group)} as ${JSON.stringify(place.resource)}`).join(' or ')}.`;
    return dead(`This entry matches nothing: ${known}.`, sentence);
  }
  return [];
}

function checkNames(rule: PolicyRule, entry: GroupResources, path: Path): readonly RawFinding[] {
  if (entry.resourceNames.length === 0 || entry.resourceNames.includes('')) return [];
  const nameless = rule.verbs.filter(
    (verb) => verb === 'create' || verb === 'list' || verb === 'deletecollection' || verb === 'watch',
  );
  if (nameless.length === 0) return [];
  // A create of a subresource (exec, token) has its name in the URL.
  if (
    nameless.every((verb) => verb === 'create') &&
    entry.resources.every((text) => text.includes('/') && !text.endsWith('/*'))
  )
    return [];
  const dead = nameless.length === rule.verbs.length;
  const why = `${nameless.join(', ')} requests have no name when the policy is asked, so with resourceNames ${dead ? 'this rule matches none of them' : 'they never match here'}.`;
  const sentence = 'Give these verbs a rule of their own without resourceNames, or add "" to resourceNames.';
  const edit = { kind: 'add-text', path: [...path, 'resourceNames'], text: '' } as const;
  return [
    {
      code: 'names-on-create',
      severity: dead ? 'error' : 'warning',
      path: [...path, 'resourceNames'],
      why,
      suggestion: { sentence, edit },
    },
  ];
}

function checkVerbs(rule: PolicyRule, path: Path): readonly RawFinding[] {
  const forUrls = rule.nonResourceURLs.length > 0;
  const forResources = rule.resources.length > 0 || rule.namespaces.length > 0;
  return rule.verbs.flatMap((verb, at): readonly RawFinding[] => {
    if (verb === '*') return [];
    const known = forUrls
      ? URL_VERBS.has(verb)
      : forResources
        ? RESOURCE_VERBS.has(verb)
        : RESOURCE_VERBS.has(verb) || URL_VERBS.has(verb);
    if (known) return [];
    const meant = forUrls
      ? undefined
      : (MEANT_VERB[verb.toLowerCase()] ?? (RESOURCE_VERBS.has(verb.toLowerCase()) ? verb.toLowerCase() : undefined));
    const kinds = forUrls
      ? 'URLs have the HTTP methods in lower case as verbs (get, post, put, patch, delete, head)'
      : 'resources have the verbs get, list, watch, create, update, patch, delete and deletecollection';
    const itemPath = [...path, 'verbs', at];
    const why = `No such request has the verb ${JSON.stringify(verb)}: ${kinds}.`;
    if (meant === undefined)
      return [
        {
          code: 'dead-verb',
          severity: 'error',
          path: itemPath,
          why,
          suggestion: { sentence: 'Remove it or write the verb that is meant.' },
        },
      ];
    return [
      {
        code: 'dead-verb',
        severity: 'error',
        path: itemPath,
        why,
        suggestion: {
          sentence: `Write ${JSON.stringify(meant)}.`,
          edit: { kind: 'replace-text', path: itemPath, text: meant },
        },
      },
    ];
  });
}
