// Runs one statement on one session: bytes of its answer into a stream, counts out when all of them are there.
import type { PassThrough } from 'node:stream';
import type { Counts, Session } from './session.ts';
import type { Statement } from './statement.ts';

export async function runStatement(session: Session, statement: Statement, body: PassThrough): Promise<Counts> {
  switch (statement.kind) {
    case 'read': {
      const answer = session.read(statement.head, statement.format, statement.tail);
      answer.body.pipe(body, { end: false });
      // The session is busy until its pipe is empty: the next statement would write into the same one.
      const emptied = new Promise<void>((resolve) => {
        answer.body.once('close', () => resolve());
      });
      try {
        return await answer.counts;
      } finally {
        await emptied;
      }
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
