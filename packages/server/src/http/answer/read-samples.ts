// Stored records -> samples for the policy room: every stage, oldest first, the lines as bytes; bounded in time, and other requests get their turn.
import { setImmediate } from 'node:timers/promises';
import { type AuditSample, createSampleReader } from '@kubewitness/core/policy';
import type { Filter } from '@kubewitness/core/wire';
import type { HttpContext } from '../context.ts';

export interface SampleTaker {
  /** Called before `add` with the sample's line. */
  readonly show?: (bytes: Uint8Array, start: number, end: number) => void;
  readonly add: (sample: AuditSample) => void;
}

/** After so many bytes, some milliseconds of work, the event loop may look at other sockets. */
const TURN_BYTES = 256 * 1024;

export async function readSamples(
  context: HttpContext,
  filter: Filter,
  taker: SampleTaker,
  signal: AbortSignal,
): Promise<{ readonly records: number; readonly others: number }> {
  const late = AbortSignal.timeout(context.config.queryMaxSeconds * 1000);
  const either = AbortSignal.any([signal, late]);
  const question = {
    filter,
    limit: 0,
    order: 'oldest',
    cursor: undefined,
    view: 'line',
    fields: [],
    unique: false,
  } as const;
  const reader = createSampleReader();
  let records = 0;
  let others = 0;
  const take = (bytes: Uint8Array, start: number, end: number): void => {
    const sample = reader.read(bytes, start, end);
    if (sample === undefined) {
      others += 1;
      return;
    }
    records += 1;
    taker.show?.(bytes, start, end);
    taker.add(sample);
  };
  try {
    const stream = await context.query.records(question, either);
    let sinceTurn = 0;
    for await (const chunk of stream.chunks) {
      eachLine(chunk, take);
      sinceTurn += chunk.length;
      if (sinceTurn < TURN_BYTES) continue;
      sinceTurn = 0;
      await setImmediate();
      either.throwIfAborted();
    }
  } catch (error) {
    if (signal.aborted) throw stopped(error);
    throw late.aborted ? tooSlow(context.config.queryMaxSeconds, error) : error;
  }
  return { records, others };
}

/** Chunks of a record stream are whole lines. */
function eachLine(chunk: Uint8Array, read: (bytes: Uint8Array, start: number, end: number) => void): void {
  let start = 0;
  for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
    if (end > start) read(chunk, start, end);
    start = end + 1;
  }
}

/** Nobody is left to read it; it keeps an ordinary end out of the log of faults. */
function stopped(cause: unknown): Error {
  return Object.assign(new Error('the client went away or the server is closing.', { cause }), {
    code: 'KW_QUERY_STOPPED',
    status: 503,
    title: 'The question was stopped',
  });
}

function tooSlow(maxSeconds: number, cause: unknown): Error {
  const sentence = `the records were not read within ${maxSeconds} s (query-max-seconds); choose fewer with "since", "until" or another filter, or use \`kubewitness policy simulate\`, which has no such limit.`;
  return Object.assign(new Error(sentence, { cause }), {
    code: 'KW_QUERY_TOO_SLOW',
    status: 422,
    title: 'The question took too long',
  });
}
