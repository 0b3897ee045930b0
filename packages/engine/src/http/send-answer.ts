// Sends what the engine answers: its bytes and outcome in; status, headers, body and, if need be, the exception block out.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { createGzip, type Gzip } from 'node:zlib';
import type { EngineAnswer, EngineOutcome } from './engine-port.ts';
import { printExceptionBlock } from './exception-block.ts';
import { getStatusOfCode } from './status-of-code.ts';

/** A small answer waits this long for its outcome, so that an early error still gets a status of its own. */
const HOLD_BYTES = 64 * 1024;
const HOLD_MS = 10;
/** With wait_end_of_query as much of the answer is held back, however long it takes. */
const HOLD_TO_END_BYTES = 16 * 1024 * 1024;
/** After an exception block the client gets this long to read it before the connection breaks. */
const BREAK_AFTER_MS = 250;

export interface AnswerSettings {
  readonly gzip: boolean;
  readonly waitEndOfQuery: boolean;
  readonly exceptionTag: string;
  readonly version: string;
}

export async function sendAnswer(
  response: ServerResponse,
  answer: EngineAnswer,
  settings: AnswerSettings,
): Promise<void> {
  const held = await holdFirst(answer, settings.waitEndOfQuery);
  if (response.destroyed) {
    answer.body.resume();
    return;
  }
  if (held.outcome !== undefined && !held.outcome.ok) {
    sendProblem(response, held.outcome, settings.version);
    return;
  }
  response.setHeader('X-ClickHouse-Exception-Tag', settings.exceptionTag);
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(summarize(held.outcome)));
  response.statusCode = 200;
  if (held.ended && !settings.gzip) {
    response.end(held.first);
    return;
  }
  const gzip = settings.gzip ? createGzip({ level: 3 }) : undefined;
  const sink = startBody(response, gzip);
  if (held.first.length > 0) sink.write(held.first);
  await pump(answer, response, sink);
  const outcome = await answer.outcome;
  if (response.destroyed) return;
  if (outcome.ok) sink.end();
  else
    await breakOff(
      response,
      sink,
      gzip,
      printExceptionBlock(settings.exceptionTag, withVersion(outcome.message, settings.version)),
    );
}

export function sendProblem(
  response: ServerResponse,
  problem: { readonly code: number; readonly message: string },
  version: string,
): void {
  response.statusCode = getStatusOfCode(problem.code);
  response.setHeader('X-ClickHouse-Exception-Code', String(problem.code));
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.end(`${withVersion(problem.message, version)}\n`);
}

const withVersion = (message: string, version: string): string => `${message.trimEnd()} (version ${version})`;

/** read_rows is missing on purpose: the library does not tell it, and a zero would be a lie. */
function summarize(outcome: EngineOutcome | undefined): Record<string, string> {
  if (outcome?.ok !== true) return {};
  return {
    result_rows: String(outcome.resultRows),
    written_rows: String(outcome.writtenRows),
    written_bytes: String(outcome.writtenBytes),
    elapsed_ns: String(outcome.elapsedNanos),
  };
}

interface Held {
  readonly first: Buffer;
  /** Known when the statement ended while its first bytes were held. */
  readonly outcome: EngineOutcome | undefined;
  readonly ended: boolean;
}

function holdFirst(answer: EngineAnswer, toTheEnd: boolean): Promise<Held> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let outcome: EngineOutcome | undefined;
    let ended = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      answer.body.off('data', onData);
      answer.body.off('end', onEnd);
      answer.body.pause();
      resolve({ first: Buffer.concat(chunks), outcome, ended });
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= (toTheEnd ? HOLD_TO_END_BYTES : HOLD_BYTES)) finish();
      else if (!toTheEnd) timer ??= setTimeout(finish, HOLD_MS);
    };
    const onEnd = (): void => {
      ended = true;
      if (outcome !== undefined) finish();
    };
    answer.outcome.then((value) => {
      outcome = value;
      if (ended || !value.ok) finish();
    }, finish);
    answer.body.on('data', onData);
    answer.body.on('end', onEnd);
  });
}

function startBody(response: ServerResponse, gzip: Gzip | undefined): Writable {
  if (gzip === undefined) return response;
  response.setHeader('Content-Encoding', 'gzip');
  gzip.pipe(response);
  return gzip;
}

/** Moves bytes no faster than the client takes them; a client that left ends the wait too. */
async function pump(answer: EngineAnswer, response: ServerResponse, sink: Writable): Promise<void> {
  if (answer.body.readableEnded) return;
  await new Promise<void>((resolve) => {
    const onDrain = (): void => {
      answer.body.resume();
    };
    sink.on('drain', onDrain);
    answer.body.on('data', (chunk: Buffer) => {
      if (!response.destroyed && !sink.write(chunk)) answer.body.pause();
    });
    answer.body.once('end', resolve);
    response.once('close', () => {
      // The engine blocks on a full pipe and could not hear that it shall stop: let the rest run off.
      answer.body.resume();
      resolve();
    });
    answer.body.resume();
  });
}

/** Breaking the chunked encoding is what makes clients notice that do not look for the block. */
async function breakOff(
  response: ServerResponse,
  sink: Writable,
  gzip: Gzip | undefined,
  block: Buffer,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (response.destroyed) resolve();
    else response.once('close', () => resolve());
  });
  const written = new Promise<void>((resolve) => {
    sink.write(block, () => resolve());
  });
  // A slow client gets everything before the break, the block included.
  await Promise.race([closed, written]);
  if (gzip !== undefined) {
    await Promise.race([closed, new Promise<void>((resolve) => gzip.flush(resolve))]);
    while (response.writableNeedDrain && !response.destroyed) await Promise.race([closed, once(response, 'drain')]);
  }
  await Promise.race([closed, delay(BREAK_AFTER_MS)]);
  response.destroy();
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
