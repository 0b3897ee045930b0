// One record as selectors see it: its line, and its fields under the names that LogQL's `| json` gives them. The names that exist.

export interface SelectedRecord {
  /** As written. */
  readonly line: string;
  /** undefined when the record has no such field. */
  readonly field: (name: string) => string | undefined;
}

const TEXTS = [
  'kind',
  'apiVersion',
  'level',
  'auditID',
  'stage',
  'requestURI',
  'verb',
  'userAgent',
  'requestReceivedTimestamp',
  'stageTimestamp',
];
/** Fields with fields of their own; what lies deeper depends on the record. */
const OBJECTS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    user: ['username', 'uid', 'extra'],
    impersonatedUser: ['username', 'uid', 'extra'],
    authenticationMetadata: ['impersonationConstraint'],
    objectRef: ['resource', 'subresource', 'namespace', 'name', 'uid', 'apiGroup', 'apiVersion', 'resourceVersion'],
    responseStatus: ['code', 'status', 'reason', 'message', 'metadata', 'details', 'apiVersion', 'kind'],
  }),
);
/** Fields whose names the cluster chooses. */
const OPEN = ['annotations', 'requestObject', 'responseObject'];
const LISTS = ['sourceIPs', 'user_groups', 'impersonatedUser_groups'];
/** Labels of collected records that do not stand in the line. */
const STREAM_LABELS: Readonly<Record<string, string>> = {
  cluster: '--cluster',
  component: '--component',
  kubernetes_host: '--host',
  host: '--host',
  log_source: '--component',
};
/** Policies decide about audit records only. */
const LOG_TYPE = 'audit';

const KNOWN = [
  'log_type',
  ...TEXTS,
  ...[...OBJECTS].flatMap(([name, members]) => members.map((member) => `${name}_${member}`)),
];

/** Why no record can have this field, as the end of a sentence; undefined when one can. A misspelt field would keep nothing and say nothing. */
export function findFieldProblem(name: string): string | undefined {
  if (name === 'log_type' || TEXTS.includes(name)) return undefined;
  const flag = Object.hasOwn(STREAM_LABELS, name) ? STREAM_LABELS[name] : undefined;
  if (flag !== undefined)
    return `${name} does not stand in the lines of records; choose stored records with ${flag} instead`;
  const list = LISTS.find((known) => name === known || name.startsWith(`${known}_`));
  if (list !== undefined)
    return `${list} is a list, and lists have no label after | json; use a line filter such as |= "system:masters"`;
  if (OPEN.some((known) => name.startsWith(`${known}_`))) return undefined;
  const at = name.indexOf('_');
  const members = OBJECTS.get(at === -1 ? name : name.slice(0, at));
  if (members?.some((member) => isUnder(name.slice(at + 1), member)) === true) return undefined;
  if (at === -1 && members !== undefined) return `${name} has fields of its own; write ${name}_${members[0]}`;
  return `audit records have no field ${name}; ${findSimilar(name)}`;
}

/** People write `namespace` or `requestUri`, and the field is called objectRef_namespace or requestURI. */
function findSimilar(name: string): string {
  const small = name.toLowerCase();
  const last = `_${small.slice(small.lastIndexOf('_') + 1)}`;
  const similar =
    KNOWN.find((known) => known.toLowerCase() === small) ?? KNOWN.find((known) => known.toLowerCase().endsWith(last));
  if (similar !== undefined) return `did you mean ${similar}?`;
  return 'such as | json gives are verb, user_username, objectRef_resource, responseStatus_code, annotations_…';
}

function isUnder(rest: string, member: string): boolean {
  return rest === member || rest.startsWith(`${member}_`);
}

/** The text is parsed when a field is asked for, since line filters are cheaper and often enough. */
export function openRecord(line: string): SelectedRecord {
  let fields: ReadonlyMap<string, string> | undefined;
  return {
    line,
    field: (name) => {
      if (name === 'log_type') return LOG_TYPE;
      fields ??= flatten(line);
      return fields.get(name);
    },
  };
}

const MAX_DEPTH = 16;

/** `user_username`, `annotations_authorization_k8s_io_decision`; lists are left out, as Loki does. */
function flatten(line: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const visit = (value: unknown, name: string, depth: number): void => {
    if (typeof value === 'string') fields.set(name, value);
    else if (typeof value === 'number' || typeof value === 'boolean') fields.set(name, String(value));
    else if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < MAX_DEPTH) {
      for (const [key, inner] of Object.entries(value)) {
        const part = key.replace(/[^A-Za-z0-9_]/g, '_');
        visit(inner, name === '' ? part : `${name}_${part}`, depth + 1);
      }
    }
  };
  visit(parseLine(line), '', 0);
  return fields;
}

/** `oc adm node-logs` puts the node's name before each line. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line.slice(Math.max(0, line.indexOf('{'))));
  } catch {
    return undefined;
  }
}
