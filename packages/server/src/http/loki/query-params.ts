// Parameters of query and query_range -> typed questions, or the sentence with which Loki refuses them. In Loki's order: the first fault is told.
import type { LokiLimits } from '../../loki/index.ts';
import { type Parsed, parsed, parseInt64, refused } from './go-number.ts';
import type { LokiForm } from './loki-form.ts';
import { parseSecondsOrDuration, printGoDuration, printPrometheusDuration } from './prometheus-duration.ts';
import { parseBounds, parseLokiTime, type TimeBounds } from './time-bounds.ts';

export type Direction = 'forward' | 'backward';

export interface RangeParams extends TimeBounds {
  readonly query: string;
  readonly limit: number;
  readonly direction: Direction;
  readonly stepNanos: bigint;
  /** 0n: every entry. */
  readonly intervalNanos: bigint;
}

export interface InstantParams {
  readonly query: string;
  readonly limit: number;
  readonly direction: Direction;
  readonly timeNanos: bigint;
}

const DEFAULT_LIMIT = 100;
const SECOND = 1_000_000_000n;
const NO_STEP = 'zero or negative query resolution step widths are not accepted. Try a positive integer';

export const TOO_MANY_POINTS = (maxPoints: number): string =>
  `exceeded maximum resolution of ${maxPoints.toLocaleString('en-US')} points per time series. Try increasing the value of the step parameter`;

export function parseLimit(form: LokiForm, name = 'limit', otherwise = DEFAULT_LIMIT): Parsed<number> {
  const text = form.first(name);
  if (text === '') return parsed(otherwise);
  const limit = parseInt64(text, 'strconv.Atoi');
  if (!limit.ok) return limit;
  return limit.value <= 0n ? refused('limit must be a positive value') : parsed(Number(limit.value));
}

function parseDirection(form: LokiForm): Parsed<Direction> {
  const text = form.first('direction');
  const word = text.toLowerCase();
  if (word === '' || word === 'backward') return parsed('backward');
  return word === 'forward' ? parsed('forward') : refused(`invalid direction '${text}'`);
}

/** A 250th of the range in whole seconds, at least one. */
export function parseStep(form: LokiForm, { startNanos, endNanos }: TimeBounds): Parsed<bigint> {
  const text = form.first('step');
  if (text !== '') return parseSecondsOrDuration(text);
  const seconds = (endNanos - startNanos) / (250n * SECOND);
  return parsed((seconds > 1n ? seconds : 1n) * SECOND);
}

/** Bounds and step as range queries and volumes over time share them. */
export function parseSteps(form: LokiForm, bounds: TimeBounds, limits: LokiLimits): Parsed<bigint> {
  const step = parseStep(form, bounds);
  if (!step.ok) return step;
  if (step.value <= 0n) return refused(NO_STEP);
  if ((bounds.endNanos - bounds.startNanos) / step.value > BigInt(limits.maxPoints))
    return refused(TOO_MANY_POINTS(limits.maxPoints));
  return step;
}

export function parseRangeParams(form: LokiForm, nowNanos: bigint, limits: LokiLimits): Parsed<RangeParams> {
  const bounds = parseBounds(form, nowNanos);
  if (!bounds.ok) return bounds;
  if (bounds.value.endNanos < bounds.value.startNanos)
    return refused('end timestamp must not be before or equal to start time');
  const limit = parseLimit(form);
  if (!limit.ok) return limit;
  const direction = parseDirection(form);
  if (!direction.ok) return direction;
  const step = parseSteps(form, bounds.value, limits);
  if (!step.ok) return step;
  const intervalText = form.first('interval');
  const interval = intervalText === '' ? parsed(0n) : parseSecondsOrDuration(intervalText);
  if (!interval.ok) return interval;
  if (interval.value < 0n) return refused('interval must be >= 0');
  return parsed({
    ...bounds.value,
    query: form.first('query'),
    limit: limit.value,
    direction: direction.value,
    stepNanos: step.value,
    intervalNanos: interval.value,
  });
}

export function parseInstantParams(form: LokiForm, nowNanos: bigint): Parsed<InstantParams> {
  const limit = parseLimit(form);
  if (!limit.ok) return limit;
  const time = parseLokiTime(form.first('time'), nowNanos);
  if (!time.ok) return time;
  const direction = parseDirection(form);
  if (!direction.ok) return direction;
  return parsed({ query: form.first('query'), limit: limit.value, direction: direction.value, timeNanos: time.value });
}

/** Asked after the query itself is known to be well. */
export function findLongRange({ startNanos, endNanos }: TimeBounds, limits: LokiLimits): string | undefined {
  const most = BigInt(limits.maxQueryRangeMs) * 1_000_000n;
  const length = endNanos - startNanos;
  if (length <= most) return undefined;
  return `the query time range exceeds the limit (query length: ${printGoDuration(length)}, limit: ${printPrometheusDuration(most)})`;
}

/** Bounds of the questions about streams, which know the longest range too. */
export function parseLimitedBounds(
  form: LokiForm,
  nowNanos: bigint,
  limits: LokiLimits,
  sinceNanos?: bigint,
): Parsed<TimeBounds> {
  const bounds = parseBounds(form, nowNanos, sinceNanos);
  if (!bounds.ok) return bounds;
  const tooLong = findLongRange(bounds.value, limits);
  return tooLong === undefined ? bounds : refused(tooLong);
}

export function findTooManyEntries(limit: number, limits: LokiLimits): string | undefined {
  return limit > limits.maxEntries
    ? `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${limits.maxEntries})`
    : undefined;
}
