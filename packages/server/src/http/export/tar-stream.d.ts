// The part of tar-stream that is used; the package brings no types.
declare module 'tar-stream' {
  interface EntrySink {
    write(chunk: Uint8Array): boolean;
    end(): void;
    on(event: 'drain' | 'close', listener: () => void): void;
  }
  interface Pack extends AsyncIterable<Uint8Array> {
    entry(
      header: { name: string; size: number; mode: number; mtime: Date },
      done: (error?: Error | null) => void,
    ): EntrySink;
    finalize(): void;
    destroy(error?: Error): void;
  }
  export function pack(): Pack;
}
