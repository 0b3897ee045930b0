// `| json who="user.username"`: paths into a sound event's line in, the labels behind the stage out.
import { type JsonParser, type JsonPath, parseJsonPath } from '@kubewitness/core/logql';
import { quoteLiteral } from '../../../store/index.ts';
import { BODIES, bodyPathSql } from './body-labels.ts';
import { ABSENT, eventLabelSql, isStreamColumn, type LabelSql } from './event-labels.ts';
import type { FindLabel } from './plan-condition.ts';

/** Members of a sound event that are no objects and no lists. */
const NAMES = /^[a-zA-Z]+$/;
/** Of these the members are known; of others, and of the objects themselves, only the line's own text is. */
const OBJECTS: ReadonlySet<string> = new Set([
  'user',
  'impersonatedUser',
  'authenticationMetadata',
  'objectRef',
  'responseStatus',
]);
const UNKNOWN = /^(?:user|impersonatedUser|authenticationMetadata|objectRef|responseStatus|annotations|sourceIPs)$/;
const UNKNOWN_BELOW = /^(?:(?:user|impersonatedUser)\.(?:groups|extra)|responseStatus\.(?:metadata|details))$/;
const EMPTY_BELOW = 'responseStatus.metadata';
const DETAILS = 'responseStatus.details';

/** Undefined: only the line knows. */
function pathSql([first, second, ...deeper]: JsonPath): LabelSql | undefined {
  if (typeof first !== 'string') return ABSENT;
  if (BODIES.has(first)) {
    const found = bodyPathSql(first, second === undefined ? [] : [second, ...deeper]);
    return found === undefined ? undefined : { kind: 'text', ...found };
  }
  if (second === undefined) return UNKNOWN.test(first) ? undefined : NAMES.test(first) ? eventLabelSql(first) : ABSENT;
  if (first === 'annotations' && typeof second === 'string') return deeper.length > 0 ? ABSENT : annotationSql(second);
  if (first === 'sourceIPs' && typeof second === 'number' && deeper.length === 0)
    return { kind: 'text', sql: `JSONExtractString(line, 'sourceIPs', ${second + 1})` };
  if (UNKNOWN.test(first) && !OBJECTS.has(first)) return undefined;
  if (!OBJECTS.has(first) || typeof second !== 'string') return ABSENT;
  const place = `${first}.${second}`;
  if (UNKNOWN_BELOW.test(place)) return deeper.length === 0 ? undefined : deeperSql(place, deeper);
  return deeper.length === 0 && NAMES.test(second) ? eventLabelSql(`${first}_${second}`) : ABSENT;
}

/** Of what is below an object or a list of `UNKNOWN_BELOW`. */
function deeperSql(place: string, [first, ...deeper]: JsonPath): LabelSql | undefined {
  if (place === EMPTY_BELOW) return ABSENT;
  if (place !== DETAILS) return undefined;
  if (typeof first !== 'string') return ABSENT;
  if (first === 'causes') return undefined;
  return deeper.length === 0 && NAMES.test(first) ? eventLabelSql(`responseStatus_details_${first}`) : ABSENT;
}

/** These two have columns of their own, and are not among the others. */
function annotationSql(key: string): LabelSql {
  if (key === 'authorization.k8s.io/decision') return { kind: 'text', sql: 'decision' };
  if (key === 'authorization.k8s.io/reason') return { kind: 'text', sql: 'reason' };
  return { kind: 'text', sql: `annotations[${quoteLiteral(key)}]` };
}

export interface PlannedPaths {
  readonly find: FindLabel;
  /** The labels that SQL cannot print in some rows. */
  readonly partial: readonly PartialLabel[];
}

/** What depends on the label holds its SQL. */
export interface PartialLabel {
  readonly sql: string;
  readonly unless: string;
}

/** Of those labels on which any of the expressions depends, when a row has one that SQL cannot print. */
export const listDoubtful = (partial: readonly PartialLabel[], expressions: readonly string[]): readonly string[] =>
  partial.filter(({ sql }) => expressions.some((one) => one.includes(sql))).map(({ unless }) => unless);

/** A label for each path, there even where the path leads to nothing. Undefined: a name is taken, or only the line knows what is there. */
export function planPaths({ extractions }: JsonParser, find: FindLabel): PlannedPaths | undefined {
  const partial: PartialLabel[] = [];
  const found = new Map<string, LabelSql>();
  for (const { label, path } of extractions) {
    const parsed = parseJsonPath(path);
    if (!parsed.ok || found.has(label) || isStreamColumn(label) || label.startsWith('__')) return undefined;
    const sql = pathSql(parsed.path);
    if (sql === undefined || find(label) !== ABSENT) return undefined;
    found.set(label, { ...sql, always: true });
    if (sql.unless !== undefined) partial.push({ sql: sql.sql, unless: sql.unless });
  }
  return { find: (name) => found.get(name) ?? find(name), partial };
}
