// A body that falls silent: passes chunks on and gives up when the sender sends nothing for too long. Waiting for us does not count.
import { HttpProblem } from '../problems.ts';

export async function* idleChunks(body: AsyncIterable<Uint8Array>, idleMs: number): AsyncIterable<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(
          () =>
            reject(
              new HttpProblem(
                'KW_REQUEST_TIMEOUT',
                `no byte of the body came for ${idleMs / 1000} s; what came before is kept, send the file again.`,
              ),
            ),
          idleMs,
        );
      });
      let step: IteratorResult<Uint8Array>;
      try {
        step = await Promise.race([iterator.next(), silence]);
      } finally {
        clearTimeout(timer);
      }
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    // Not awaited: a silent sender would hold the answer back.
    void iterator.return?.();
  }
}
