// A policy -> the table who × what → level, found by asking the evaluator about typical requests of each kind.
import { type CompiledPolicy, compilePolicy } from '../evaluate/compile-policy.ts';
import { findPeople, type Person } from '../evaluate/people.ts';
import { findPlaces, placeRequest } from '../evaluate/places.ts';
import { NO_REQUEST, type RequestAttributes } from '../evaluate/request-attributes.ts';
import { LEVELS, type Level, type Policy } from '../policy.ts';

export interface LevelMatrix {
  readonly columns: readonly string[];
  readonly rows: readonly MatrixRow[];
}

export interface MatrixRow {
  readonly who: string;
  /** One cell per column: every level that the requests of this column get, in whatever namespace, from lowest to highest. */
  readonly levels: readonly (readonly Level[])[];
}

const READS = ['get', 'list', 'watch'];
const WRITES = ['create', 'update', 'patch', 'delete'];

const COLUMNS: Readonly<Record<string, readonly RequestAttributes[]>> = {
  'exec, attach, port-forward': ['exec', 'attach', 'portforward'].flatMap((sub) =>
    ask(['get', 'create'], '', 'pods', sub),
  ),
  'secrets read': ask(READS, '', 'secrets'),
  'secrets written': ask(WRITES, '', 'secrets'),
  'RBAC written': ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].flatMap((resource) =>
    ask(WRITES, 'rbac.authorization.k8s.io', resource),
  ),
  'workloads read': [...ask(READS, '', 'pods'), ...ask(READS, 'apps', 'deployments')],
  'workloads written': [...ask(WRITES, '', 'pods'), ...ask(WRITES, 'apps', 'deployments')],
  'custom resources written': ask(WRITES, 'example.com', 'widgets'),
  'leases, events': [...ask(['update'], 'coordination.k8s.io', 'leases'), ...ask(['create'], '', 'events')],
  'health URLs': ['/healthz', '/readyz', '/livez'].map((path) => ({ ...NO_REQUEST, verb: 'get', path })),
  'other URLs': ['/version', '/openapi/v3', '/metrics'].map((path) => ({ ...NO_REQUEST, verb: 'get', path })),
};

function ask(
  verbs: readonly string[],
  apiGroup: string,
  resource: string,
  subresource = '',
): readonly RequestAttributes[] {
  return verbs.map((verb) => {
    const named = verb !== 'list' && verb !== 'watch' && (verb !== 'create' || subresource !== '');
    return {
      ...NO_REQUEST,
      isResource: true,
      verb,
      apiGroup,
      resource,
      subresource,
      namespace: 'some-namespace',
      name: named ? 'some-name' : '',
    };
  });
}

export function buildLevelMatrix(policy: Policy, people: readonly Person[] = findPeople(policy)): LevelMatrix {
  const compiled = compilePolicy(policy);
  const columns = Object.keys(COLUMNS);
  const places = findPlaces(policy);
  const rows = people.map((person) => ({
    who: person.who,
    levels: columns.map((column) => {
      const asked = (COLUMNS[column] ?? []).flatMap((request) => placeRequest(request, places));
      return levelsOf(compiled, person, asked);
    }),
  }));
  return { columns, rows };
}

function levelsOf(compiled: CompiledPolicy, person: Person, requests: readonly RequestAttributes[]): readonly Level[] {
  const met = new Set(
    requests.map((request) => compiled.evaluate({ ...request, user: person.user, groups: person.groups }).level),
  );
  return LEVELS.filter((level) => met.has(level));
}
