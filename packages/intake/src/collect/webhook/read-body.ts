// readBody: the bytes a sender meant. In: a request body, plain or gzip. Out: plain bytes within the limit, or what is wrong.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isGzip } from '../import/gzip-member.ts';

export type ReadBody =
  | { readonly ok: true; readonly body: Buffer }
  /** `kept` is what goes to quarantine as it came. */
  | { readonly ok: false; readonly problem: string; readonly kept: Buffer };

const gunzipBody = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

export async function readBody(received: Buffer, maxBytes: number, keptBytes: number): Promise<ReadBody> {
  const tooBig = (problem: string): ReadBody => ({ ok: false, problem, kept: received.subarray(0, keptBytes) });
  if (received.length > maxBytes) {
    return tooBig(
      `KW_WEBHOOK_BODY_TOO_BIG: the body has ${received.length} bytes, the limit is ${maxBytes}; send smaller batches.`,
    );
  }
  if (!isGzip(received)) return { ok: true, body: received };
  try {
    return { ok: true, body: await gunzipBody(received, { maxOutputLength: maxBytes }) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return tooBig(
        `KW_WEBHOOK_BODY_TOO_BIG: the body unpacks to more than ${maxBytes} bytes, the limit; send smaller batches.`,
      );
    }
    return tooBig('KW_WEBHOOK_BODY_GZIP: the body is gzip, but cut off or damaged; send it again whole.');
  }
}
