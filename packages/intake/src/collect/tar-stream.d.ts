// The part of tar-stream that is used here; the package brings no types.
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  export interface Header {
    readonly name: string;
    readonly type: string;
    readonly size: number;
  }

  export interface Entry extends AsyncIterable<Buffer> {
    readonly header: Header;
    resume(): this;
  }

  export interface Extract extends Writable, AsyncIterable<Entry> {
    destroy(error?: Error): this;
  }

  export interface Pack extends Readable {
    entry(header: { name: string; type?: string }, content: string | Buffer): void;
    finalize(): void;
  }

  export function extract(): Extract;
  export function pack(): Pack;
}
