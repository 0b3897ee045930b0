// peekStream: a look at the beginning of a stream. In: chunks. Out: the first bytes, and all chunks from the beginning on.

export interface PeekedStream {
  /** At least as many bytes as asked for, unless the stream is shorter. */
  readonly head: Buffer;
  readonly chunks: AsyncGenerator<Buffer, void>;
}

export async function peekStream(input: AsyncIterable<Uint8Array>, bytes: number): Promise<PeekedStream> {
  const source = input[Symbol.asyncIterator]();
  const pieces: Buffer[] = [];
  let length = 0;
  // A stream that breaks at once breaks for whoever reads on, after what came before.
  let failure: { readonly error: unknown } | undefined;
  while (length < bytes) {
    const next = await source.next().catch((error: unknown) => {
      failure = { error };
      return { done: true as const, value: undefined };
    });
    const { done, value } = next;
    if (done === true) break;
    const piece = Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    pieces.push(piece);
    length += piece.length;
  }
  const head = pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces);
  return { head, chunks: rejoin(head, source, failure) };
}

async function* rejoin(
  head: Buffer,
  rest: AsyncIterator<Uint8Array>,
  failure: { readonly error: unknown } | undefined,
): AsyncGenerator<Buffer, void> {
  try {
    if (head.length > 0) yield head;
    if (failure !== undefined) throw failure.error;
    for (;;) {
      const { done, value } = await rest.next();
      if (done === true) return;
      yield Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  } finally {
    await rest.return?.();
  }
}
