// Plan of a filter: Filter -> the SQL condition over `records`. Pure; every literal goes through the store's quoting.
import type { Choice, Condition, Filter, FilterFlag, Match } from '@kubewitness/core/wire';
import { quoteInteger, quoteLiteral, quoteTime } from '../../store/index.ts';

/** What the planner must know of the store to choose; all of it is only about speed. */
export interface StoreFacts {
  /** Rows per day (`2026-11-18`). */
  readonly rowsByDay: ReadonlyMap<string, number>;
  /** What these rows hold, unpacked: more than their lines. */
  readonly bytesByDay?: ReadonlyMap<string, number>;
  readonly hasSightings: boolean;
  /** Keys of the requests that are open now; undefined when they are too many to name. */
  readonly openKeys: readonly string[] | undefined;
}

/** Listings show open requests beside finished records; counts do not. */
export type Purpose = 'list' | 'count';

const TEXT_COLUMNS: Partial<Record<FilterFlag, string>> = {
  user: 'username',
  'impersonated-user': 'impersonated_username',
  verb: 'verb',
  namespace: 'namespace',
  name: 'name',
  decision: 'decision',
  'user-agent': 'user_agent',
  uri: 'request_uri',
  stage: 'stage',
  level: 'level',
  cluster: 'cluster',
  host: 'host',
  component: 'component',
  'audit-id': 'audit_id',
};

/** The dot of RE2 in ClickHouse matches a newline, Go's and everybody's does not. */
function quotePattern(pattern: string): string {
  return quoteLiteral(`(?-s)${pattern}`);
}

function printTextMatch(column: string, match: Match): string {
  switch (match.kind) {
    case 'equals':
      return `${column} = ${quoteLiteral(match.text)}`;
    case 'prefix':
      return `startsWith(${column}, ${quoteLiteral(match.text)})`;
    case 'regexp':
      return `match(${column}, ${quotePattern(match.text)})`;
    default:
      throw new Error(`a ${match.kind} match on ${column}`);
  }
}

function printGroup(match: Match): string {
  if (match.kind === 'equals') return `has(user_groups, ${quoteLiteral(match.text)})`;
  return `arrayExists(x -> ${printTextMatch('x', match)}, user_groups)`;
}

function printResource(match: Extract<Match, { kind: 'resource' }>): string {
  const parts: string[] = [match.resource === '*' ? "resource != ''" : `resource = ${quoteLiteral(match.resource)}`];
  if (match.group !== undefined) parts.push(`api_group = ${quoteLiteral(match.group)}`);
  if (match.subresource !== '*') parts.push(`subresource = ${quoteLiteral(match.subresource)}`);
  return parts.join(' AND ');
}

/** One address, or a range; text that is no address is in no range (the function would throw). */
function printAddress(address: string, cidr: string): string {
  if (cidr.endsWith('/32') && !cidr.includes(':')) return `${address} = ${quoteLiteral(cidr.slice(0, -3))}`;
  return `if(isIPv4String(${address}) OR isIPv6String(${address}), isIPAddressInRange(toString(${address}), ${quoteLiteral(cidr)}), 0)`;
}

const DECISION = 'authorization.k8s.io/decision';
const REASON = 'authorization.k8s.io/reason';

function printAnnotation(match: Extract<Match, { kind: 'annotation' }>): string {
  const { key, value } = match;
  // These two have columns of their own. They come together, and then the reason may be empty; where authorisation failed it comes alone.
  if (key === DECISION || key === REASON) {
    if (value === undefined) return key === DECISION ? "decision != ''" : "(decision != '' OR reason != '')";
    return `${key === DECISION ? 'decision' : 'reason'} = ${quoteLiteral(value)}`;
  }
  return value === undefined
    ? `mapContains(annotations, ${quoteLiteral(key)})`
    : `annotations[${quoteLiteral(key)}] = ${quoteLiteral(value)}`;
}

/** A row without a host of its own has that of a later sighting. */
function printSighted(column: 'host' | 'component', match: Match, facts: StoreFacts): string {
  const own = printTextMatch(column, match);
  if (!facts.hasSightings) return own;
  return `(${own} OR (${column} = '' AND record_id IN (SELECT record_id FROM sightings WHERE ${own})))`;
}

function printMatch(flag: FilterFlag, match: Match, facts: StoreFacts): string {
  switch (match.kind) {
    case 'range':
      return match.from === match.to ? `code = ${match.from}` : `code BETWEEN ${match.from} AND ${match.to}`;
    case 'resource':
      return printResource(match);
    case 'annotation':
      return printAnnotation(match);
    case 'cidr':
      return flag === 'peer-ip'
        ? printAddress('source_ips[-1]', match.text)
        : `arrayExists(x -> ${printAddress('x', match.text)}, source_ips)`;
    default: {
      if (flag === 'group') return printGroup(match);
      if (flag === 'host' || flag === 'component') return printSighted(flag, match, facts);
      const column = TEXT_COLUMNS[flag];
      if (column === undefined) throw new Error(`--${flag} has no column`);
      return printTextMatch(column, match);
    }
  }
}

function printChoices(flag: FilterFlag, choices: readonly Choice[], facts: StoreFacts): string[] {
  const wanted = choices.filter((choice) => !choice.negated);
  const unwanted = choices.filter((choice) => choice.negated);
  const parts = unwanted.map((choice) => `NOT (${printMatch(flag, choice.match, facts)})`);
  if (wanted.length === 1 && wanted[0] !== undefined) parts.unshift(printMatch(flag, wanted[0].match, facts));
  else if (wanted.length > 1) {
    const equal = wanted.every((choice) => choice.match.kind === 'equals');
    const column = TEXT_COLUMNS[flag];
    if (equal && column !== undefined && flag !== 'host' && flag !== 'component') {
      const texts = wanted.map(({ match }) => (match.kind === 'equals' ? quoteLiteral(match.text) : ''));
      parts.unshift(`${column} IN (${texts.join(', ')})`);
    } else parts.unshift(`(${wanted.map((choice) => `(${printMatch(flag, choice.match, facts)})`).join(' OR ')})`);
  }
  return parts;
}

/** Requests that started and have no end in the store. */
export const SELECT_OPEN_KEYS =
  'SELECT request_key FROM records WHERE request_key != 0 GROUP BY request_key HAVING NOT max(finished)';

/** Started records whose request has no end. */
export function printIsOpen(facts: StoreFacts): string {
  if (facts.openKeys === undefined)
    return `(NOT finished AND request_key != 0 AND request_key IN (${SELECT_OPEN_KEYS}))`;
  if (facts.openKeys.length === 0) return 'false';
  return `(NOT finished AND request_key IN (${facts.openKeys.map((key) => quoteInteger(BigInt(key))).join(', ')}))`;
}

/** Who asks for a stage by name wants to see it, `--all-stages` or not. */
export function showsAllStages(filter: Filter): boolean {
  return filter.allStages || filter.conditions.some((condition) => condition.flag === 'stage');
}

const DAY_NANOS = 86_400_000_000_000n;

/** A bound that lies between two days leaves out whole partitions: their names are compared, no time is read. */
function printBound(nanos: bigint, operator: '>=' | '<'): string {
  return isBetweenDays(nanos) ? printDayBound(nanos, operator) : `time ${operator} ${quoteTime(nanos)}`;
}

const isBetweenDays = (nanos: bigint): boolean => nanos % DAY_NANOS === 0n && nanos >= 0n;

function printDayBound(nanos: bigint, operator: '>=' | '<' | '='): string {
  const day = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 10).replaceAll('-', '');
  return `_partition_id ${operator} ${quoteLiteral(day)}`;
}

function printBounds({ fromNanos, untilNanos }: Filter): string[] {
  // One day is what is asked for most.
  if (fromNanos !== undefined && untilNanos === fromNanos + DAY_NANOS && isBetweenDays(fromNanos))
    return [printDayBound(fromNanos, '=')];
  const from = fromNanos === undefined ? [] : [printBound(fromNanos, '>=')];
  const until = untilNanos === undefined ? [] : [printBound(untilNanos, '<')];
  return [...from, ...until];
}

/** The conditions one by one, the time bounds first; an empty list keeps everything. */
export function planConditions(filter: Filter, purpose: Purpose, facts: StoreFacts): readonly string[] {
  const parts: string[] = [];
  parts.push(...printBounds(filter));
  for (const { flag, choices } of filter.conditions as readonly Condition[]) {
    parts.push(...printChoices(flag, choices, facts));
  }
  if (filter.failed) parts.push("(code >= 400 OR stage = 'Panic')");
  if (filter.minDurationNanos !== undefined) {
    parts.push(`duration_us >= ${quoteInteger((filter.minDurationNanos + 999n) / 1000n)}`);
  }
  // What was pushed and is no audit event has no stage, and so is neither finished nor open.
  if (showsAllStages(filter)) parts.push("stage != ''");
  else parts.push(purpose === 'count' ? 'finished' : `(finished OR ${printIsOpen(facts)})`);
  return parts;
}

export function printWhere(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/** Whether a field of the record narrows the question, beyond its time bounds. */
export function isNarrowed(filter: Filter): boolean {
  return filter.conditions.length > 0 || filter.failed || filter.minDurationNanos !== undefined;
}
