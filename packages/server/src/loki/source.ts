// LokiSource: what Loki's API asks of whoever keeps the entries. Whole questions go in, so that a planner can push down all it can prove equal.
import type { PushStream } from '@kubewitness/core/formats';
import type {
  DetectedField,
  DetectedLabel,
  IndexStats,
  Labels,
  LinePattern,
  LogQuery,
  Matcher,
  MetricQuery,
  MetricResult,
  MetricWindow,
  StreamRow,
} from '@kubewitness/core/logql';

/** A refusal that the user's question earned: status and sentence as Loki gives them. Everything else is thrown. */
export interface SourceProblem {
  readonly status: number;
  readonly message: string;
}

export type Answered<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: SourceProblem };

export const answeredWith = <T>(value: T): Answered<T> => ({ ok: true, value });
export const refusedWith = (status: number, message: string): Answered<never> => ({
  ok: false,
  problem: { status, message },
});

/** Streams of a tenant that match, from start up to but not including end. No matchers: all streams. */
export interface Selection {
  readonly tenant: string;
  readonly matchers: readonly Matcher[];
  readonly startNanos: bigint;
  readonly endNanos: bigint;
}

export interface LogQuestion {
  readonly tenant: string;
  readonly query: LogQuery;
  readonly startNanos: bigint;
  /** Exclusive. */
  readonly endNanos: bigint;
  readonly direction: 'forward' | 'backward';
  /** Rows over all streams together, counted after the pipeline. */
  readonly limit: number;
  /** A row lies at least so long after the one before it, whatever their streams; 0n: all. */
  readonly intervalNanos: bigint;
}

export interface MetricQuestion {
  readonly tenant: string;
  readonly query: MetricQuery;
  readonly window: MetricWindow;
}

/** What was read for an answer; counted while it is made, whole when it is. */
export interface ReadFigures {
  lines: number;
  bytes: number;
}

/** Batches in the order of the answer; a batch is a few megabytes at most. The caller ends it early when its client goes. */
export interface LogRows {
  readonly batches: AsyncIterable<readonly StreamRow[]>;
  readonly figures: Readonly<ReadFigures>;
}

export interface MetricAnswer {
  readonly result: MetricResult;
  readonly figures: Readonly<ReadFigures>;
}

export interface VolumeRequest extends Selection {
  readonly limit: number;
  /** Empty: the labels that the selector names. */
  readonly targetLabels: readonly string[];
  readonly aggregateBy: 'series' | 'labels';
  /** Without it one value over the whole time. */
  readonly stepNanos?: bigint;
}

export interface FieldsQuestion {
  readonly tenant: string;
  readonly query: LogQuery;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  /** Entries looked at. */
  readonly lineLimit: number;
  /** Fields, or values of one, in the answer. */
  readonly limit: number;
}

export interface PatternsQuestion {
  readonly tenant: string;
  readonly query: LogQuery;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly stepNanos: bigint;
}

export interface TailQuestion {
  readonly tenant: string;
  readonly query: LogQuery;
  /** The newest `limit` entries since then come first. */
  readonly startNanos: bigint;
  readonly limit: number;
  /** Entries wait so long for late ones before they are sent in order. */
  readonly delayMs: number;
}

/** Admission was asked before; `retryAfterSeconds` is for senders that try again, which all do on 429 and 503. */
export type Appended =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: SourceProblem; readonly retryAfterSeconds: number };

export interface LokiSource {
  /** Resolves when the entries survive a crash. An identical (tenant, labels, time, line) is kept once. */
  append(tenant: string, streams: readonly PushStream[], signal: AbortSignal): Promise<Appended>;
  runLogQuery(question: LogQuestion, signal: AbortSignal): Promise<Answered<LogRows>>;
  runMetricQuery(question: MetricQuestion, signal: AbortSignal): Promise<Answered<MetricAnswer>>;
  /** Follows new entries until the signal aborts; batches are in the order of time. An empty batch is a sign of life. */
  tail(question: TailQuestion, signal: AbortSignal): Promise<Answered<AsyncIterable<readonly StreamRow[]>>>;
  /** Sorted. */
  labelNames(selection: Selection, signal: AbortSignal): Promise<readonly string[]>;
  labelValues(selection: Selection, name: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Each label set once, whichever selection found it. */
  series(selections: readonly Selection[], signal: AbortSignal): Promise<readonly Labels[]>;
  indexStats(selection: Selection, signal: AbortSignal): Promise<Answered<IndexStats>>;
  volume(question: VolumeRequest, signal: AbortSignal): Promise<Answered<MetricResult>>;
  detectedLabels(selection: Selection, signal: AbortSignal): Promise<readonly DetectedLabel[]>;
  detectedFields(question: FieldsQuestion, signal: AbortSignal): Promise<Answered<readonly DetectedField[]>>;
  detectedFieldValues(
    question: FieldsQuestion,
    name: string,
    signal: AbortSignal,
  ): Promise<Answered<readonly string[]>>;
  /** The most frequent first. */
  patterns(question: PatternsQuestion, signal: AbortSignal): Promise<Answered<readonly LinePattern[]>>;
}
