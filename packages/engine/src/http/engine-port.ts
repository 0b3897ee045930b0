// What the HTTP side asks of an engine: a statement with its settings in, a stream of answer bytes and an outcome out.
import type { Readable } from 'node:stream';

export type EngineStatement =
  /** Gives rows. The format clause is cut out, because the answer is directed just before it. */
  | { readonly kind: 'read'; readonly head: string; readonly format: string; readonly tail: string }
  /** Gives few rows; the engine rewrites such a statement and loses the direction of its answer on the way. */
  | { readonly kind: 'show'; readonly text: string; readonly format: string }
  /** Writes rows and answers nothing but counts. */
  | { readonly kind: 'insert'; readonly text: string }
  /** Everything else that changes something; its answer is small. */
  | { readonly kind: 'write'; readonly text: string; readonly format: string }
  /** Must get through while everybody else is busy (KILL). */
  | { readonly kind: 'control'; readonly text: string; readonly format: string };

export interface EngineRequest {
  readonly statement: EngineStatement;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
  readonly database: string | undefined;
  /** Aborting stops the statement in the engine, not only the waiting for it. */
  readonly signal: AbortSignal;
}

export type EngineOutcome =
  | {
      readonly ok: true;
      readonly resultRows: number;
      readonly writtenRows: number;
      readonly writtenBytes: number;
      readonly elapsedNanos: number;
    }
  /** The engine's own text, `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
  | { readonly ok: false; readonly code: number; readonly message: string };

export interface EngineAnswer {
  /** Ends after the last byte in success and in failure alike; `outcome` says which it was. */
  readonly body: Readable;
  readonly outcome: Promise<EngineOutcome>;
}

export interface EnginePort {
  readonly version: string;
  run(request: EngineRequest): EngineAnswer;
  /** Resolves when the engine has answered a trivial query. */
  ping(): Promise<boolean>;
}
