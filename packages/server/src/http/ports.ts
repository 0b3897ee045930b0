// Ports: what HTTP needs from other rooms, as narrow as it is used. app.ts joins them to intake, store and engine.
import type { ImportSummary, StatusAnswer } from '@kubewitness/core/wire';
import type { WebhookAnswer } from '@kubewitness/intake/collect';
import type { Admission } from '@kubewitness/intake/ingest';

/** Who posts to the webhook, from its path. `host` is '' when the path has none. */
export interface WebhookSender {
  readonly cluster: string;
  readonly host: string;
}

export interface WebhookPort {
  /** Asked before a body is read, so that a full spool costs nothing. */
  admit(): Admission;
  /**
   * Unpacks, frames, spools and fsyncs one body; a malformed one is kept in quarantine. `ok` means that it survives a crash from
   * here on. The body belongs to the callee; nobody writes to it again.
   */
  take(body: Buffer, sender: WebhookSender): Promise<WebhookAnswer>;
}

/** Words of the sender; '' when unknown, then the intake guesses from the name's path. */
export interface ImportSource {
  readonly name: string;
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
}

export interface ImportUpload {
  /** Goes into SegmentSource.upload. */
  readonly id: string;
  /**
   * Reads the body to its end into the spool, as slowly as the spool takes it, and resolves when every line is durable and its
   * last segment is on its way to the store. Rejects with a problem (code, status, message) or when the signal aborts.
   */
  take(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
}

export interface ImportPort {
  start(source: ImportSource): ImportUpload;
  /** Once everything of the upload is in the store. `bytes` and `problems` too. The engine may become ready only while this waits. */
  awaitStored(uploadId: string, signal: AbortSignal): Promise<ImportSummary>;
}

export type EngineState =
  | { readonly ready: true }
  | { readonly ready: false; readonly detail: string; readonly retryAfterSeconds: number };

/** The parts of the status that the store does not know. */
export interface StatusPort {
  readonly startedAtMs: number;
  engine(): StatusAnswer['engine'];
  spool(): StatusAnswer['spool'];
}

export type CheckOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** A line of /readyz. */
export interface Check {
  readonly name: string;
  /** True: /livez fails with it too, and the pod is started again. */
  readonly live: boolean;
  check(signal: AbortSignal): Promise<CheckOutcome> | CheckOutcome;
}
