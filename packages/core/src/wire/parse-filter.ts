// Text of flags and query parameters -> Filter, or a problem that names the nearest valid word.
import { LEVELS, parseDurationNanos, parseTimeNanos, STAGES } from '../event/index.ts';
import { type Choice, type Condition, FILTER_FLAGS, type Filter, type FilterFlag, type Match } from './filter.ts';
import { suggest } from './nearest.ts';
import { parseCidr } from './parse-cidr.ts';

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Values by parameter name, in the order given; an absent name is an empty list. */
export type Params = ReadonlyMap<string, readonly string[]>;

/** Parameters that shape a filter besides FILTER_FLAGS. */
export const FILTER_PARAMS = ['failed', 'min-duration', 'since', 'since-time', 'until', 'last', 'all-stages'] as const;

const fail = (problem: string): { ok: false; problem: string } => ({ ok: false, problem });
const done = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

function parseRange(text: string): Parsed<Match> {
  const single = /^\d{1,3}$/.exec(text);
  if (single) return done({ kind: 'range', from: Number(text), to: Number(text) });
  const family = /^([1-5])xx$/i.exec(text);
  if (family) return done({ kind: 'range', from: Number(family[1]) * 100, to: Number(family[1]) * 100 + 99 });
  const range = /^(\d{1,3})-(\d{1,3})$/.exec(text);
  if (range && Number(range[1]) <= Number(range[2])) {
    return done({ kind: 'range', from: Number(range[1]), to: Number(range[2]) });
  }
  return fail(`--code ${JSON.stringify(text)} is not a response code; write 403, 4xx or 400-499.`);
}

/** `pods`, `pods/exec`, `pods/*`, `deployments.apps`, any resource or any/scale, with RBAC's meaning: `pods` is not `pods/exec`. */
function parseResource(text: string, literal: boolean): Parsed<Match> {
  // Read as a name it would find nothing, and the answer would look like "there is none".
  if (!literal && text.startsWith('~'))
    return fail(`--resource takes no regular expression; write pods, 'pods/*', '*/exec' or '*', or repeat the flag.`);
  if (text === '*') return done({ kind: 'resource', resource: '*', group: undefined, subresource: '*' });
  const match = /^(\*|[^./\s]+)(?:\.([^/\s]+))?(?:\/(\*|[^/\s]+))?$/.exec(text);
  if (!match?.[1]) {
    return fail(
      `--resource ${JSON.stringify(text)} is not a resource; write pods, pods/exec, deployments.apps or '*'.`,
    );
  }
  return done({ kind: 'resource', resource: match[1], group: match[2], subresource: match[3] ?? '' });
}

function parseAnnotation(text: string): Parsed<Choice> {
  const unequal = /^([^=!]+)!=(.*)$/s.exec(text);
  if (unequal?.[1])
    return done({ negated: true, match: { kind: 'annotation', key: unequal[1], value: unequal[2] ?? '' } });
  const { negated, literal, rest } = readNegation(text);
  if (!literal && rest.startsWith('~'))
    return fail('--annotation takes no regular expression; write key, key=value or key!=value.');
  const at = rest.indexOf('=');
  if (rest === '' || at === 0)
    return fail(`--annotation ${JSON.stringify(text)} has no key; write key, key=value or key!=value.`);
  const key = at < 0 ? rest : rest.slice(0, at);
  return done({ negated, match: { kind: 'annotation', key, value: at < 0 ? undefined : rest.slice(at + 1) } });
}

function readNegation(text: string): { negated: boolean; literal: boolean; rest: string } {
  if (text.startsWith('=')) return { negated: false, literal: true, rest: text.slice(1) };
  if (text.length > 1 && (text.startsWith('!') || text.startsWith('-'))) {
    const rest = text.slice(1);
    return rest.startsWith('=')
      ? { negated: true, literal: true, rest: rest.slice(1) }
      : { negated: true, literal: false, rest };
  }
  return { negated: false, literal: false, rest: text };
}

function oneOf(flag: string, text: string, valid: readonly string[]): Parsed<Match> {
  const found = valid.find((v) => v.toLowerCase() === text.toLowerCase());
  return found !== undefined
    ? done({ kind: 'equals', text: found })
    : fail(`--${flag} ${JSON.stringify(text)} is not a ${flag}; ${suggest(text, valid)}`);
}

function parseMatch(flag: FilterFlag, text: string, literal: boolean): Parsed<Match> {
  switch (flag) {
    case 'code':
      return parseRange(text);
    case 'resource':
      return parseResource(text, literal);
    case 'stage':
      return oneOf(flag, text, STAGES);
    case 'level':
      return oneOf(flag, text, LEVELS);
    case 'decision': {
      const parsed = oneOf(flag, text, ['allow', 'forbid', 'none']);
      return parsed.ok && parsed.value.kind === 'equals' && parsed.value.text === 'none'
        ? done({ kind: 'equals', text: '' })
        : parsed;
    }
    case 'source-ip':
    case 'peer-ip': {
      const cidr = parseCidr(text);
      return cidr === undefined
        ? fail(`--${flag} ${JSON.stringify(text)} is not an address; write 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32.`)
        : done({ kind: 'cidr', text: cidr });
    }
    default:
      if (!literal && text.startsWith('~')) return parseRegexp(flag, text.slice(1));
      return done(flag === 'uri' ? { kind: 'prefix', text } : { kind: 'equals', text });
  }
}

function parseRegexp(flag: string, text: string): Parsed<Match> {
  if (text === '')
    return fail(`--${flag} ~ needs a regular expression after the tilde, such as --${flag} '~/exec\\?'.`);
  return done({ kind: 'regexp', text });
}

function parseCondition(flag: FilterFlag, texts: readonly string[]): Parsed<Condition> {
  const choices: Choice[] = [];
  for (const text of texts) {
    if (flag === 'annotation') {
      const parsed = parseAnnotation(text);
      if (!parsed.ok) return parsed;
      choices.push(parsed.value);
      continue;
    }
    const { negated, literal, rest } = readNegation(text);
    const match = parseMatch(flag, rest, literal);
    if (!match.ok) return match;
    choices.push({ negated, match: match.value });
  }
  return done({ flag, choices });
}

export function parseFlagBoolean(name: string, texts: readonly string[]): Parsed<boolean> {
  const text = texts.at(-1) ?? 'false';
  if (text === 'true' || text === '') return done(true);
  if (text === 'false') return done(false);
  return fail(`${name}=${JSON.stringify(text)} is neither true nor false; write one of the two, or leave it out.`);
}

export function parseCount(name: string, texts: readonly string[]): Parsed<number | undefined> {
  const text = texts.at(-1);
  if (text === undefined) return done(undefined);
  if (!/^\d{1,12}$/.test(text))
    return fail(`--${name} ${JSON.stringify(text)} is not a whole number; write 20, or 0 for all.`);
  return done(Number(text));
}

/** A moment: RFC 3339, a date, or a duration before now. */
function parseMoment(name: string, text: string, nowNanos: bigint): Parsed<bigint> {
  const time = parseTimeNanos(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time !== undefined) return done(time);
  const duration = parseDurationNanos(text);
  if (duration !== undefined && duration < 0n) {
    // Elsewhere a dash means the past; here it would ask for the future and find nothing.
    return fail(
      `--${name} ${JSON.stringify(text)} counts back from now; write ${text.replace(/^-/, '')} for the past, or a time.`,
    );
  }
  if (duration !== undefined) return done(nowNanos - duration);
  return fail(
    `--${name} ${JSON.stringify(text)} is not a time; write 2026-11-20T08:00:00Z, 2026-11-20, or a duration such as 90m, 2h or 7d.`,
  );
}

function parseBounds(params: Params, nowNanos: bigint): Parsed<Pick<Filter, 'fromNanos' | 'untilNanos'>> {
  let fromNanos: bigint | undefined;
  let untilNanos: bigint | undefined;
  for (const name of ['since', 'since-time', 'until'] as const) {
    const text = params.get(name)?.at(-1);
    if (text === undefined) continue;
    const moment = parseMoment(name, text, nowNanos);
    if (!moment.ok) return moment;
    if (name === 'until') untilNanos = moment.value;
    else if (fromNanos === undefined || moment.value > fromNanos) fromNanos = moment.value;
  }
  if (fromNanos !== undefined && untilNanos !== undefined && untilNanos <= fromNanos) {
    return fail('--until is not after --since, so nothing can lie between them; swap or widen the two.');
  }
  return done({ fromNanos, untilNanos });
}

/** The filter of the parameters; other parameters are not looked at (the caller checks for unknown names). */
export function parseFilter(params: Params, nowNanos: bigint): Parsed<Filter> {
  const conditions: Condition[] = [];
  for (const flag of FILTER_FLAGS) {
    const texts = params.get(flag);
    if (texts === undefined || texts.length === 0) continue;
    const condition = parseCondition(flag, texts);
    if (!condition.ok) return condition;
    conditions.push(condition.value);
  }
  const bounds = parseBounds(params, nowNanos);
  if (!bounds.ok) return bounds;
  const failed = parseFlagBoolean('failed', params.get('failed') ?? []);
  if (!failed.ok) return failed;
  const allStages = parseFlagBoolean('all-stages', params.get('all-stages') ?? []);
  if (!allStages.ok) return allStages;
  const last = parseCount('last', params.get('last') ?? []);
  if (!last.ok) return last;
  const shortest = params.get('min-duration')?.at(-1);
  const minDurationNanos = shortest === undefined ? undefined : parseDurationNanos(shortest);
  if (shortest !== undefined && (minDurationNanos === undefined || minDurationNanos < 0n)) {
    return fail(`--min-duration ${JSON.stringify(shortest)} is not a duration; write 500ms, 2s or 1m30s.`);
  }
  return done({
    conditions,
    failed: failed.value,
    minDurationNanos,
    ...bounds.value,
    allStages: allStages.value,
    last: last.value === 0 ? undefined : last.value,
  });
}
