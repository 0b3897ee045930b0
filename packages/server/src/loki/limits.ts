// The limits of Loki's API: settings -> one set of numbers. A profile fills what no setting names.
import type { Config } from '../config/index.ts';

export interface LokiLimits {
  /** Entries one log query may ask for. */
  readonly maxEntries: number;
  readonly maxSeries: number;
  readonly maxPoints: number;
  readonly maxQueryRangeMs: number;
  /** Of lines, for one question; what columns answer reads none. */
  readonly maxReadBytes: number;
  /** Entries that one metric query keeps in memory. */
  readonly maxSamples: number;
  /** Labels of a pushed stream. */
  readonly maxLabels: number;
  readonly maxLabelNameBytes: number;
  readonly maxLabelValueBytes: number;
  readonly maxLineBytes: number;
  readonly maxMetadataPairs: number;
  readonly maxMetadataBytes: number;
  /** Behind the newest entry of the same stream; Infinity: any order. */
  readonly maxBehindMs: number;
  readonly maxAheadMs: number;
}

const KiB = 1024;
const HOUR_MS = 3_600_000;

/** Loki's defaults, as its configuration reference names them. */
const LOKI: LokiLimits = {
  maxEntries: 5000,
  maxSeries: 500,
  maxPoints: 11_000,
  maxQueryRangeMs: 721 * HOUR_MS,
  maxReadBytes: Number.POSITIVE_INFINITY,
  // No limit of Loki's; some hundred MiB here.
  maxSamples: 1_000_000,
  maxLabels: 15,
  maxLabelNameBytes: 1024,
  maxLabelValueBytes: 2048,
  maxLineBytes: 256 * KiB,
  maxMetadataPairs: 128,
  maxMetadataBytes: 64 * KiB,
  maxBehindMs: HOUR_MS,
  maxAheadMs: HOUR_MS / 6,
};

/** What this server can bear: everything streams or has a bound of its own, so only absurd requests are refused. */
const LIFTED: LokiLimits = {
  maxEntries: 1_000_000,
  maxSeries: 100_000,
  maxPoints: 50_000,
  // From 1970 on, so that `start=0` asks for everything.
  maxQueryRangeMs: 100 * 365 * 24 * HOUR_MS,
  maxReadBytes: 64 * KiB * KiB * KiB,
  maxSamples: 1_000_000,
  maxLabels: 200,
  maxLabelNameBytes: 1024,
  maxLabelValueBytes: 64 * KiB,
  maxLineBytes: 8 * KiB * KiB,
  maxMetadataPairs: 1000,
  maxMetadataBytes: KiB * KiB,
  maxBehindMs: Number.POSITIVE_INFINITY,
  maxAheadMs: 24 * HOUR_MS,
};

const or = (given: number, otherwise: number): number => (given === 0 ? otherwise : given);

export function readLimits(config: Config): LokiLimits {
  const profile = config.limitsProfile === 'loki' ? LOKI : LIFTED;
  return {
    ...profile,
    maxEntries: or(config.limitsMaxEntries, profile.maxEntries),
    maxSeries: or(config.limitsMaxSeries, profile.maxSeries),
    maxPoints: or(config.limitsMaxPoints, profile.maxPoints),
    maxQueryRangeMs: or(config.limitsMaxQueryRangeMs, profile.maxQueryRangeMs),
    maxReadBytes: or(config.limitsMaxReadBytes, profile.maxReadBytes),
    maxSamples: or(config.limitsMaxSamples, profile.maxSamples),
    maxLabels: or(config.limitsMaxLabels, profile.maxLabels),
    maxLineBytes: or(config.limitsMaxLineBytes, profile.maxLineBytes),
    maxBehindMs: or(config.limitsMaxBehindMs, profile.maxBehindMs),
    maxAheadMs: or(config.limitsMaxAheadMs, profile.maxAheadMs),
  };
}
