// The parameters of recorded requests: texts in, times and steps in nanoseconds out. Only what the vectors say, no refusals.
import { parseDurationNanos, parseTimeNanos } from '../../../event/index.ts';
import type { Vector } from './corpus.ts';

export function readText(vector: Vector, name: string): string | undefined {
  const value = vector.params[name];
  return typeof value === 'string' ? value : undefined;
}

export function readTime(vector: Vector, name: string): bigint {
  const text = readText(vector, name) ?? '';
  if (/^\d{11,}$/.test(text)) return BigInt(text);
  const seconds = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (seconds !== null) {
    return BigInt(seconds[1] ?? '') * 1_000_000_000n + BigInt((seconds[2] ?? '').slice(0, 9).padEnd(9, '0'));
  }
  return parseTimeNanos(text) ?? fail(vector, name);
}

export function readStep(vector: Vector): bigint | undefined {
  const text = readText(vector, 'step');
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return BigInt(Math.round(Number(text) * 1e9));
  return parseDurationNanos(text) ?? fail(vector, 'step');
}

function fail(vector: Vector, name: string): never {
  throw new Error(`${vector.id}: cannot read ${name}`);
}
