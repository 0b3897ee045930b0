// Reads a whole body into one buffer: request -> Buffer, within size, memory and time limits. One copy, no strings.
import type { IncomingMessage } from 'node:http';
import { printSize } from '../../config/index.ts';
import { HttpProblem } from '../problems.ts';
import type { BodyClaim } from './body-budget.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** What a sender can do about a body that is too large. */
  readonly remedy?: string;
}

const WEBHOOK_REMEDY = 'send smaller batches (--audit-webhook-batch-max-size) or raise webhook-max-bytes';

const tooLarge = ({ maxBytes, remedy = WEBHOOK_REMEDY }: BodyLimits) =>
  new HttpProblem('KW_BODY_TOO_LARGE', `the body is larger than ${printSize(maxBytes)}; ${remedy}.`);

const noMemory = () =>
  new HttpProblem('KW_INTAKE_BUSY', 'too many bodies are being received at once; send this one again in a second.', 1);

function readLength(request: IncomingMessage): number | undefined {
  const text = request.headers['content-length'];
  return text === undefined ? undefined : Number(text);
}

export function readBody(request: IncomingMessage, limits: BodyLimits, claim: BodyClaim): Promise<Buffer> {
  const length = readLength(request);
  if (length !== undefined && length > limits.maxBytes) return Promise.reject(tooLarge(limits));
  if (length !== undefined && !claim.grow(length)) return Promise.reject(noMemory());
  return new Promise((resolve, reject) => {
    // With a length the chunks go straight to their place; without one they are gathered and joined once.
    const whole = length === undefined ? undefined : Buffer.allocUnsafeSlow(length);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError);
      finish();
    };
    const onData = (chunk: Buffer) => {
      if (whole !== undefined) chunk.copy(whole, bytes);
      else if (bytes + chunk.length > limits.maxBytes) return settle(() => reject(tooLarge(limits)));
      else if (!claim.grow(chunk.length)) return settle(() => reject(noMemory()));
      else chunks.push(chunk);
      bytes += chunk.length;
    };
    const onEnd = () => settle(() => resolve(whole ?? Buffer.concat(chunks, bytes)));
    const onError = (error: Error) =>
      settle(() => reject(new HttpProblem('KW_BAD_BODY', `the body broke off (${error.message}); send it again.`)));
    const onClose = () => settle(() => reject(new HttpProblem('KW_BAD_BODY', 'the body broke off; send it again.')));
    const timer = setTimeout(
      () =>
        settle(() =>
          reject(
            new HttpProblem(
              'KW_REQUEST_TIMEOUT',
              `the body was not whole within ${limits.timeoutMs / 1000} s; send it again.`,
            ),
          ),
        ),
      limits.timeoutMs,
    );
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError);
  });
}
