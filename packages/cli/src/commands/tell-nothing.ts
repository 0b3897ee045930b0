// An empty answer -> where was looked, and what a value that finds nothing by its form may have been meant for.
import { findNearest } from '@kubewitness/core/wire';
import type { Params } from '../client/index.ts';
import { printScope } from './read-flags.ts';
import { type Shell, tell } from './shell.ts';

/** Of requests for resources, then of others, which have HTTP's. */
const VERBS = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'proxy'],
  ...['post', 'put', 'head', 'options', 'connect'],
];

/** What kubectl and oc take for the resources that people ask for most. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  po: 'pods',
  deploy: 'deployments',
  ds: 'daemonsets',
  sts: 'statefulsets',
  rs: 'replicasets',
  svc: 'services',
  cm: 'configmaps',
  ns: 'namespaces',
  no: 'nodes',
  sa: 'serviceaccounts',
  ev: 'events',
  ep: 'endpoints',
  pv: 'persistentvolumes',
  pvc: 'persistentvolumeclaims',
  ing: 'ingresses',
  netpol: 'networkpolicies',
  hpa: 'horizontalpodautoscalers',
  cj: 'cronjobs',
  rc: 'replicationcontrollers',
  crd: 'customresourcedefinitions',
  csr: 'certificatesigningrequests',
  dc: 'deploymentconfigs',
  bc: 'buildconfigs',
  scc: 'securitycontextconstraints',
};

export function tellNothing(shell: Pick<Shell, 'stderr'>, what: 'records' | 'sessions', params: Params): void {
  tell(shell, `No ${what} found in ${printScope(params)}.`);
  for (const flag of ['verb', 'resource', 'namespace']) {
    for (const value of params.get(flag) ?? []) {
      const note = findNote(flag, value);
      if (note !== undefined) tell(shell, `Note: ${note}`);
    }
  }
}

function findNote(flag: string, value: string): string | undefined {
  if (!/^[a-z]/i.test(value)) return undefined;
  if (value.includes(',')) {
    const each = value.split(',').map((part) => `--${flag} ${part.trim()}`);
    return `--${flag} ${JSON.stringify(value)} is one value; repeat the flag: ${each.join(' ')}.`;
  }
  if (flag === 'verb' && !VERBS.includes(value)) {
    const verb = findNearest(value, VERBS);
    return verb === undefined ? undefined : `few API servers know a verb ${value}; did you mean --verb ${verb}?`;
  }
  const resource = flag === 'resource' ? nameInApi(value) : undefined;
  return resource === undefined
    ? undefined
    : `a resource has the name that the API gives it; did you mean --resource ${resource}?`;
}

/** `deploy`, `Deployment` and `deployment.apps/scale` as audit records name them; undefined for what looks like such a name. */
function nameInApi(value: string): string | undefined {
  const [, word = '', rest = ''] = /^([a-z0-9-]+)(.*)$/is.exec(value) ?? [];
  const name = word.toLowerCase();
  const plural = Object.hasOwn(SHORT_NAMES, name) ? SHORT_NAMES[name] : makePlural(name);
  return plural === word ? undefined : `${plural}${rest}`;
}

function makePlural(name: string): string {
  if (/(?:ss|x|ch)$/.test(name)) return `${name}es`;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return name.endsWith('s') ? name : `${name}s`;
}
