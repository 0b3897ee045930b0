// Requests of the session endpoints: query parameters -> typed requests, or a problem. Server and command line read the same words.
import { DEFAULT_LIMIT } from './api.ts';
import type { Choice, Filter } from './filter.ts';
import { suggest } from './nearest.ts';
import { type Params, type Parsed, parseCount, parseFilter, parseFlagBoolean } from './parse-filter.ts';

export const SESSION_KINDS = [
  'exec',
  'attach',
  'port-forward',
  'debug-pod',
  'debug-node',
  'ephemeral-container',
  'look-alike',
  'kubelet-proxy',
  'login',
] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

export const ACCESS_VERBS = ['exec', 'attach', 'debug'] as const;
export type AccessVerb = (typeof ACCESS_VERBS)[number];

/** Which sessions a question is about; an empty list asks nothing. */
export interface SessionFilter {
  readonly kinds: readonly SessionKind[];
  /** The authenticated user, the impersonated one, or the name typed at a login. */
  readonly users: readonly Choice[];
  readonly namespaces: readonly Choice[];
  /** The pod somebody was in, or the pod that was debugged. */
  readonly pods: readonly Choice[];
  readonly nodes: readonly Choice[];
  readonly clusters: readonly Choice[];
  readonly open: boolean;
  readonly denied: boolean;
  /** Going on at or after this moment; nanoseconds since 1970. */
  readonly fromNanos: bigint | undefined;
  /** Begun before this moment. */
  readonly untilNanos: bigint | undefined;
}

export interface SessionsRequest {
  readonly filter: SessionFilter;
  /** The newest so many, 0 = all; the oldest of them comes first, so that what goes on later follows it. */
  readonly limit: number;
}

export interface WhoCanRequest {
  readonly verb: AccessVerb;
  /** '' = all. */
  readonly namespace: string;
  readonly fromNanos: bigint | undefined;
  readonly untilNanos: bigint | undefined;
}

/** Words for pods and nodes are read as those of the record's fields, so that `~`, `!` and `=` mean the same everywhere. */
const READ_AS: ReadonlyMap<string, string> = new Map([
  ['pod', 'name'],
  ['node', 'host'],
]);
const TEXTS = ['user', 'namespace', 'pod', 'node', 'cluster'] as const;
const TIMES = ['since', 'since-time', 'until'] as const;
const FILTER_NAMES: readonly string[] = ['kind', ...TEXTS, 'open', 'denied', ...TIMES];
const SESSIONS_NAMES: readonly string[] = [...FILTER_NAMES, 'limit'];
const WHO_CAN_NAMES: readonly string[] = ['verb', 'namespace', ...TIMES];

export function parseSessionsRequest(params: Params, nowNanos: bigint): Parsed<SessionsRequest> {
  const unknown = findUnknown(params, SESSIONS_NAMES);
  if (unknown !== undefined) return { ok: false, problem: unknown };
  const filter = parseSessionFilter(params, nowNanos);
  if (!filter.ok) return filter;
  const limit = parseCount('limit', params.get('limit') ?? []);
  if (!limit.ok) return limit;
  return { ok: true, value: { filter: filter.value, limit: limit.value ?? DEFAULT_LIMIT } };
}

/** Parameters of the live stream: a filter and nothing else. */
export function parseSessionTailRequest(params: Params, nowNanos: bigint): Parsed<SessionFilter> {
  const unknown = findUnknown(params, FILTER_NAMES);
  return unknown === undefined ? parseSessionFilter(params, nowNanos) : { ok: false, problem: unknown };
}

export function parseWhoCanRequest(params: Params, nowNanos: bigint): Parsed<WhoCanRequest> {
  const unknown = findUnknown(params, WHO_CAN_NAMES);
  if (unknown !== undefined) return { ok: false, problem: unknown };
  const verb = parseWord('verb', params.get('verb')?.at(-1) ?? 'exec', ACCESS_VERBS);
  if (!verb.ok) return verb;
  const bounds = parseTexts(params, TIMES, nowNanos);
  if (!bounds.ok) return bounds;
  const { fromNanos, untilNanos } = bounds.value;
  const namespace = params.get('namespace')?.at(-1) ?? '';
  return { ok: true, value: { verb: verb.value, namespace, fromNanos, untilNanos } };
}

function parseSessionFilter(params: Params, nowNanos: bigint): Parsed<SessionFilter> {
  const kinds: SessionKind[] = [];
  for (const text of params.get('kind') ?? []) {
    for (const word of text.split(',')) {
      const kind = parseWord('kind', word, SESSION_KINDS);
      if (!kind.ok) return kind;
      kinds.push(kind.value);
    }
  }
  const lists = new Map<string, readonly Choice[]>();
  for (const name of TEXTS) {
    const read = parseTexts(params, [name], nowNanos);
    if (!read.ok) return read;
    lists.set(
      name,
      read.value.conditions.flatMap(({ choices }) => choices),
    );
  }
  const bounds = parseTexts(params, TIMES, nowNanos);
  if (!bounds.ok) return bounds;
  const open = parseFlagBoolean('open', params.get('open') ?? []);
  if (!open.ok) return open;
  const denied = parseFlagBoolean('denied', params.get('denied') ?? []);
  if (!denied.ok) return denied;
  if (open.value && denied.value) {
    return { ok: false, problem: '--open and --denied exclude each other: what was refused never began.' };
  }
  const { fromNanos, untilNanos } = bounds.value;
  const list = (name: (typeof TEXTS)[number]): readonly Choice[] => lists.get(name) ?? [];
  const texts = {
    users: list('user'),
    namespaces: list('namespace'),
    pods: list('pod'),
    nodes: list('node'),
    clusters: list('cluster'),
  };
  return { ok: true, value: { kinds, ...texts, open: open.value, denied: denied.value, fromNanos, untilNanos } };
}

function parseTexts(params: Params, names: readonly string[], nowNanos: bigint): Parsed<Filter> {
  const read = names.map((name) => [READ_AS.get(name) ?? name, params.get(name) ?? []] as const);
  const filter = parseFilter(new Map(read.filter(([, texts]) => texts.length > 0)), nowNanos);
  if (filter.ok || names.length > 1) return filter;
  const [name = ''] = names;
  return { ok: false, problem: filter.problem.replaceAll(`--${READ_AS.get(name) ?? name}`, `--${name}`) };
}

function parseWord<T extends string>(name: string, text: string, valid: readonly T[]): Parsed<T> {
  const found = valid.find((word) => word === text);
  if (found !== undefined) return { ok: true, value: found };
  return { ok: false, problem: `--${name} ${JSON.stringify(text)} is unknown; ${suggest(text, valid)}` };
}

function findUnknown(params: Params, valid: readonly string[]): string | undefined {
  const name = [...params.keys()].find((one) => !valid.includes(one));
  return name === undefined
    ? undefined
    : `${JSON.stringify(name)} is not a parameter of this request; ${suggest(name, valid)}`;
}
