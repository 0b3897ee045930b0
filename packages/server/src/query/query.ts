// Query: the questions this server answers. HTTP asks through this; the store answers behind it.
import type {
  Filter,
  QuarantineRow,
  RecordsRequest,
  SessionFilter,
  SessionStory,
  SessionsAnswer,
  SessionsRequest,
  SourcesAnswer,
  StatsAnswer,
  StatusAnswer,
  TopAnswer,
  TopRequest,
  View,
  WhoCanAnswer,
  WhoCanRequest,
} from '@kubewitness/core/wire';

/** A streamed answer. `chunks` are whole NDJSON lines as bytes; the other members are valid once it has ended. */
export interface RecordStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  rows(): number;
  /** Printed cursor of the next page; undefined when there is none. */
  nextCursor(): string | undefined;
}

/** Part of a support case: one file of the archive. `lines` are the exact lines, each with its newline. */
export interface ExportFile {
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
  readonly records: number;
  readonly bytes: number;
  readonly lines: AsyncIterable<Uint8Array>;
}

/** Answers questions; every method throws QueryProblem for what the user can mend and stops when the signal aborts. */
export interface Query {
  records(request: RecordsRequest, signal: AbortSignal): Promise<RecordStream>;
  top(request: TopRequest, signal: AbortSignal): Promise<TopAnswer>;
  stats(filter: Filter, signal: AbortSignal): Promise<StatsAnswer>;
  /** New records as they land, until the signal aborts; an empty chunk about every 10 s keeps the line open. */
  tail(request: { filter: Filter; view: View }, signal: AbortSignal): AsyncIterable<Uint8Array>;
  sessions(request: SessionsRequest, signal: AbortSignal): Promise<SessionsAnswer>;
  /** Throws QueryProblem KW_SESSION_NOT_FOUND. */
  sessionStory(id: string, signal: AbortSignal): Promise<SessionStory>;
  whoCan(request: WhoCanRequest, signal: AbortSignal): Promise<WhoCanAnswer>;
  /** Sessions as they begin, change and end, as NDJSON; an empty chunk about every 10 s. */
  sessionTail(filter: SessionFilter, signal: AbortSignal): AsyncIterable<Uint8Array>;
  export(filter: Filter, signal: AbortSignal): AsyncIterable<ExportFile>;
  /** Engine, spool and retention parts of the status are added by app.ts. */
  status(signal: AbortSignal): Promise<Omit<StatusAnswer, 'version' | 'startedAt' | 'spool' | 'engine'>>;
  sources(signal: AbortSignal): Promise<SourcesAnswer>;
  quarantine(limit: number, signal: AbortSignal): Promise<readonly QuarantineRow[]>;
}
