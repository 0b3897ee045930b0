// Times of a request: `start`, `end`, `since`, `time` as Loki reads them -> nanoseconds or its sentence.
import { parseTimeNanos } from '@kubewitness/core/event';
import { findFloat, type Parsed, parsed, parseInt64, refused } from './go-number.ts';
import type { LokiForm } from './loki-form.ts';
import { parsePrometheusDuration } from './prometheus-duration.ts';

export interface TimeBounds {
  readonly startNanos: bigint;
  readonly endNanos: bigint;
}

const SECOND = 1_000_000_000n;
export const HOUR_NANOS = 3600n * SECOND;

/** A float of seconds (to the millisecond), up to ten digits of seconds, nanoseconds, or RFC 3339; '' gives what is meant without it. */
export function parseLokiTime(text: string, otherwise: bigint): Parsed<bigint> {
  if (text === '') return parsed(otherwise);
  if (text.includes('.')) {
    const seconds = findFloat(text);
    if (seconds !== undefined && Number.isFinite(seconds)) {
      const whole = Math.trunc(seconds);
      const millis = Math.round((seconds - whole) * 1000);
      return parsed(BigInt(whole) * SECOND + BigInt(millis) * 1_000_000n);
    }
  }
  const number = parseInt64(text, 'strconv.ParseInt');
  if (!number.ok) {
    const time = parseTimeNanos(text);
    return time === undefined ? number : parsed(time);
  }
  return parsed(text.length <= 10 ? number.value * SECOND : number.value);
}

/** `since` counts back from the end, or from now when the end lies in the future. `start` beats it. */
export function parseBounds(form: LokiForm, nowNanos: bigint, sinceNanos = HOUR_NANOS): Parsed<TimeBounds> {
  let back = sinceNanos;
  const since = form.first('since');
  if (since !== '') {
    const given = parsePrometheusDuration(since);
    if (!given.ok) return refused(`could not parse 'since' parameter: ${given.problem}`);
    back = given.value;
  }
  const end = parseLokiTime(form.first('end'), nowNanos);
  if (!end.ok) return refused(`could not parse 'end' parameter: ${end.problem}`);
  const latest = end.value > nowNanos ? nowNanos : end.value;
  const start = parseLokiTime(form.first('start'), latest - back);
  if (!start.ok) return refused(`could not parse 'start' parameter: ${start.problem}`);
  return parsed({ startNanos: start.value, endNanos: end.value });
}
