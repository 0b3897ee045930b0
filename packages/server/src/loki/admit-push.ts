// Which pushed entries are taken: streams and limits in; those that are kept and Loki's sentence about the others out.
import { type PushEntry, type PushStream, printLabelSet } from '@kubewitness/core/formats';
import type { LokiLimits } from './limits.ts';
import {
  joinSentences,
  lineTooLong,
  metadataTooLarge,
  NO_LABELS,
  nameTooLong,
  tooFarBehind,
  tooManyLabels,
  tooMuchMetadata,
  tooNew,
  valueTooLong,
} from './push-words.ts';

export interface Admitted {
  readonly streams: readonly PushStream[];
  /** '' when everything is taken. The good ones are kept all the same. */
  readonly problem: string;
}

export interface PushAdmission {
  admit(tenant: string, streams: readonly PushStream[], problems: readonly string[], nowNanos: bigint): Admitted;
}

/** Streams whose newest time is remembered; a forgotten one accepts any order once, which harms nobody. */
const MAX_STREAMS = 100_000;

const NANOS_PER_MS = 1_000_000n;

function findBadLabels(labels: PushStream['labels'], text: string, limits: LokiLimits): string | undefined {
  const pairs = Object.entries(labels);
  if (pairs.length === 0) return NO_LABELS;
  if (pairs.length > limits.maxLabels) return tooManyLabels(text, pairs.length, limits.maxLabels);
  for (const [name, value] of pairs) {
    if (Buffer.byteLength(name) > limits.maxLabelNameBytes) return nameTooLong(text, name);
    if (Buffer.byteLength(value) > limits.maxLabelValueBytes) return valueTooLong(text, value);
  }
  return undefined;
}

function findBadEntry(entry: PushEntry, text: string, limits: LokiLimits, latestNanos: bigint): string | undefined {
  if (entry.timeNanos > latestNanos) return tooNew(text, entry.timeNanos);
  // A text has at most three bytes a unit, so most lines need not be counted.
  const bytes = entry.line.length * 3 > limits.maxLineBytes ? Buffer.byteLength(entry.line) : 0;
  if (bytes > limits.maxLineBytes) return lineTooLong(text, bytes, limits.maxLineBytes);
  const pairs = Object.entries(entry.metadata);
  if (pairs.length === 0) return undefined;
  const size = pairs.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (size > limits.maxMetadataBytes) return metadataTooLarge(text, size, limits.maxMetadataBytes);
  return pairs.length > limits.maxMetadataPairs
    ? tooMuchMetadata(text, pairs.length, limits.maxMetadataPairs)
    : undefined;
}

export function createAdmission(limits: LokiLimits): PushAdmission {
  const newest = new Map<string, bigint>();
  const ordered = Number.isFinite(limits.maxBehindMs);
  const behindNanos = ordered ? BigInt(limits.maxBehindMs) * NANOS_PER_MS : 0n;

  /** Moves the stream's newest time on, and splits its entries by it. */
  function splitByAge(key: string, entries: readonly PushEntry[]) {
    if (!ordered) return { kept: entries, behind: [] };
    let highest = newest.get(key);
    const kept: PushEntry[] = [];
    const behind: { readonly timeNanos: bigint; readonly oldestNanos: bigint }[] = [];
    for (const entry of entries) {
      const oldestNanos = highest === undefined ? entry.timeNanos : highest - behindNanos;
      if (entry.timeNanos < oldestNanos) behind.push({ timeNanos: entry.timeNanos, oldestNanos });
      else kept.push(entry);
      if (highest === undefined || entry.timeNanos > highest) highest = entry.timeNanos;
    }
    if (highest !== undefined) {
      newest.delete(key);
      newest.set(key, highest);
      const oldestKey = newest.size > MAX_STREAMS ? newest.keys().next().value : undefined;
      if (oldestKey !== undefined) newest.delete(oldestKey);
    }
    return { kept, behind };
  }

  return {
    admit(tenant, streams, problems, nowNanos) {
      const latestNanos = nowNanos + BigInt(limits.maxAheadMs) * NANOS_PER_MS;
      const sentences = [...problems];
      const kept: PushStream[] = [];
      // Loki tells of order in another place than of the rest, and that place has the last word.
      let orderProblem = '';
      for (const stream of streams) {
        const text = printLabelSet(stream.labels);
        const badLabels = findBadLabels(stream.labels, text, limits);
        if (badLabels !== undefined) {
          sentences.push(badLabels);
          continue;
        }
        const valid: PushEntry[] = [];
        for (const entry of stream.entries) {
          const bad = findBadEntry(entry, text, limits, latestNanos);
          if (bad === undefined) valid.push(entry);
          else sentences.push(bad);
        }
        const { kept: entries, behind } = splitByAge(`${tenant}\n${text}`, valid);
        if (behind.length > 0) orderProblem = tooFarBehind(text, tenant, behind, valid.length);
        if (entries.length > 0) kept.push({ labels: stream.labels, entries });
      }
      return { streams: kept, problem: orderProblem === '' ? joinSentences(sentences) : orderProblem };
    },
  };
}
