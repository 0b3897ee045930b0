// Sink: standard output with back-pressure. Bytes and text in; resolves when more may follow, rejects when the reader has gone.
import type { Writable } from 'node:stream';

export interface Sink {
  write(chunk: Uint8Array | string): Promise<void>;
  /** Columns of the terminal; undefined when it is not one. */
  readonly columns: number | undefined;
}

export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export function openSink(output: Output, signal: AbortSignal): Sink {
  return {
    columns: output.isTTY === true ? Math.max(20, output.columns ?? 80) : undefined,
    async write(chunk) {
      signal.throwIfAborted();
      if (chunk.length === 0 || output.write(chunk)) return;
      await new Promise<void>((resolve, reject) => {
        const finish = (settle: () => void) => (): void => {
          output.removeListener('drain', onDrain);
          output.removeListener('close', onClose);
          signal.removeEventListener('abort', onAbort);
          settle();
        };
        const onDrain = finish(resolve);
        // The error itself reaches the program's own listener, which knows what a closed pipe means.
        const onClose = finish(() => reject(new Error('the output was closed')));
        const onAbort = finish(() => reject(signal.reason));
        output.once('drain', onDrain);
        output.once('close', onClose);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
