// Runs one statement on one session: bytes of its answer into a stream, counts out when all of them are there.
import type { PassThrough, Readable } from 'node:stream';
import type { Counts, Session } from './session.ts';
import type { Statement } from './statement.ts';

/** Once the signal has come, the rest of the answer is thrown away: an engine that waits in a full pipe hears no KILL. */
export async function runStatement(
  session: Session,
  statement: Statement,
  body: PassThrough,
  signal: AbortSignal,
): Promise<Counts> {
  switch (statement.kind) {
    case 'read': {
      const answer = session.read(statement.head, statement.format, statement.tail);
      const moved = moveAnswer(answer.body, body, signal);
      // The session is busy until its pipe is empty: the next statement would write into the same one.
      const [counts, failure] = await Promise.all([settle(answer.counts), moved]);
      if (!counts.ok) throw counts.error;
      if (failure !== undefined) throw new Error('the answer could not be read from the engine', { cause: failure });
      return counts.value;
    }
    case 'insert':
      return session.insert(statement.text);
    case 'show':
    case 'write':
    case 'control': {
      const { bytes, counts } = await session.run(statement.text, statement.format);
      if (bytes.length > 0) body.write(bytes);
      return counts;
    }
    default:
      return statement satisfies never;
  }
}

/** Resolves when the pipe is closed, with what broke it, if anything did. */
function moveAnswer(from: Readable, to: PassThrough, signal: AbortSignal): Promise<Error | undefined> {
  const discard = (): void => {
    from.unpipe(to);
    from.resume();
  };
  if (signal.aborted) from.resume();
  else from.pipe(to, { end: false });
  signal.addEventListener('abort', discard, { once: true });
  return new Promise((resolve) => {
    let failure: Error | undefined;
    from.once('error', (error) => {
      failure = error;
    });
    from.once('close', () => {
      signal.removeEventListener('abort', discard);
      resolve(failure);
    });
  });
}

type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
}
