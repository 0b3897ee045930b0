// What goes into a pipeline and what comes out: one entry in, its line, labels by origin, error and unwrapped value out.
import type { LabelFilter, Stage, UnwrapValue } from '../syntax/index.ts';

/** Names to values; plain objects, names in no promised order unless said so. */
export type Labels = Readonly<Record<string, string>>;

/** One log line as it is kept: the labels of its stream, its own structured metadata, the text. */
export interface Entry {
  readonly timeNanos: bigint;
  /** Sorted by name. The same object for all entries of a stream makes grouping cheaper, but nobody relies on it. */
  readonly labels: Labels;
  readonly metadata: Labels;
  readonly line: string;
}

/** An entry that passed. A name is in one of the three label sets at most. */
export interface PipelineResult {
  readonly line: string;
  readonly stream: Labels;
  readonly metadata: Labels;
  readonly parsed: Labels;
  /** `__error__`, '' when nothing failed. It is in none of the label sets; `allLabels` puts it among them. */
  readonly error: string;
  readonly errorDetails: string;
  /** A filter of the query asked for `__error__`: a metric query may then count failed entries instead of refusing. */
  readonly errorWanted: boolean;
  /** The number `unwrap` read, 0 with an error; NaN without `unwrap`. */
  readonly value: number;
}

/**
 * Which labels the aggregations around a pipeline can see. Parsers skip the others, and with them the errors they would have met:
 * Loki does the same, so its error texts and even its answers depend on it.
 */
export type WantedLabels =
  | { readonly kind: 'all' }
  /** Names that are grouped by; those the stages themselves read are added by the compiler. */
  | { readonly kind: 'some'; readonly names: readonly string[] };

export interface PipelineOptions {
  /** What `now` answers in templates. */
  readonly nowNanos?: () => bigint;
  /** Only metric queries pass it (`wantedLabels`); without it everything is parsed. */
  readonly wanted?: WantedLabels;
  /** Reads a number from a label after all stages, then applies the filters behind it. Entries without the label do not pass. */
  readonly unwrap?: UnwrapValue;
}

export type CompiledPipeline =
  | { readonly ok: true; readonly run: (entry: Entry) => PipelineResult | undefined }
  | { readonly ok: false; readonly problem: PipelineProblem };

/** A stage that cannot work: a template that does not compile, a pattern without captures. */
export interface PipelineProblem {
  readonly stage: Stage | LabelFilter;
  /** What is wrong, in Loki's words and without its frame: `invalid line template: …`. */
  readonly message: string;
}

export type UnwrappedValue =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly details: string };
