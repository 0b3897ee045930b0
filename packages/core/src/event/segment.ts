// Segment: framed lines on disk. Intake writes it, the store's engine reads the file itself as RowBinary.

/** What a line's origin is known to be. Every row of a segment names one by its number. */
export interface SegmentSource {
  /** How it came: a followed file, an imported file or stream, an API server's webhook, the demo, Loki's API. */
  readonly kind: 'file' | 'import' | 'webhook' | 'demo' | 'push';
  /** Shown to users: a path, `webhook/<cluster>/<host>`, `-`. */
  readonly name: string;
  readonly cluster: string;
  readonly host: string;
  /** `kube-apiserver`, `openshift-apiserver`, `oauth-apiserver`, `oauth-server`; '' when unknown. */
  readonly component: string;
  /** `audit` here; other log types come with other collectors. */
  readonly logType: string;
  /** OpenShift Logging's values: `kubeAPI`, `openshiftAPI`; '' when unknown. */
  readonly logSource: string;
  /** Set for imports: the summary of an import counts the rows of its own upload. */
  readonly upload?: string;
}

/**
 * One row of a segment file, in ClickHouse's RowBinary: little-endian, a string is LEB128 length + bytes.
 *
 * | column   | type   | meaning |
 * |----------|--------|---------|
 * | source   | UInt16 | the number of the row's source: they count from 1 in the order of their first rows |
 * | position | UInt64 | byte offset of the line in its file, or the item's index in its webhook body |
 * | arrival  | Int64  | microseconds since 1970 when we read it |
 * | problem  | String | '' for a line to be parsed; else the reason it goes straight to quarantine. What a first row tells stands before that: U+0001, in the first row of a frame its seal, in the first row of a source its SegmentSource as JSON, U+0001 |
 * | line     | String | the exact bytes, without the newline; of a source of the kind `push` an envelope (core/formats) with the entry in it |
 *
 * Rows are written in frames: the seal, sixteen hexadecimal digits, is the length of the frame in bytes and its CRC-32
 * with zeros in the place of the seal. In a file that was open at a crash only whole frames count.
 */
export const SEGMENT_COLUMNS = [
  ['source', 'UInt16'],
  ['position', 'UInt64'],
  ['arrival', 'Int64'],
  ['problem', 'String'],
  ['line', 'String'],
] as const;

/** Stands around what a first row tells; JSON has none of them. */
export const DESCRIPTION_MARK = '\u0001';

/** A closed segment, ready for the store. */
export interface Segment {
  /** Grows by one, also across restarts; the batch in the store carries the same number. */
  readonly number: number;
  readonly path: string;
  /** By number; index 0 is unused. */
  readonly sources: readonly (SegmentSource | undefined)[];
  readonly rows: number;
  readonly bytes: number;
}

/** What became of the rows of one source in one batch. read = stored + duplicate + quarantined. */
export interface SourceCounts {
  readonly source: SegmentSource;
  readonly read: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
  /** From the newest event to its arrival here; undefined when nothing was parsed. */
  readonly delaySeconds: number | undefined;
}

/** A batch: a segment in the store. */
export interface BatchReport {
  readonly number: number;
  readonly counts: readonly SourceCounts[];
  /** When its first line was read, microseconds since 1970; undefined for an empty batch. */
  readonly firstArrivalMicros: number | undefined;
  /** Set when the engine refused the segment again and again: it lies at `path`, none of its lines is in the store. */
  readonly setAside?: { readonly path: string; readonly sources: readonly SegmentSource[] };
}
