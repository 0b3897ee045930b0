// A collector for tests: pushes streams as JSON or as snappy and protobuf, the way Loki's own collectors do.
import { ask } from '../../testing/ask.ts';

export type PushValue = readonly [time: string, line: string, metadata?: Readonly<Record<string, string>>];

export interface PushedStream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly PushValue[];
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? byte | 0x80 : byte);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const field = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
const number = (at: number, value: bigint): Buffer => Buffer.concat([varint(at << 3), varint(value)]);
const pair = (name: string, value: string): Buffer =>
  Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]);

function encodeEntry([time, line, metadata = {}]: PushValue): Buffer {
  const nanos = BigInt(time);
  const at = Buffer.concat([number(1, nanos / 1_000_000_000n), number(2, nanos % 1_000_000_000n)]);
  const pairs = Object.entries(metadata).map(([name, value]) => field(3, pair(name, value)));
  return field(2, Buffer.concat([field(1, at), field(2, Buffer.from(line)), ...pairs]));
}

function encodeStream({ stream, values }: PushedStream): Buffer {
  const labels = Object.entries(stream).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const text = `{${labels.join(', ')}}`;
  return field(1, Buffer.concat([field(1, Buffer.from(text)), ...values.map(encodeEntry)]));
}

/** A valid block without a single copy. */
function packLiterally(plain: Buffer): Buffer {
  const parts = [varint(plain.length)];
  for (let at = 0; at < plain.length; at += 65536) {
    const part = plain.subarray(at, at + 65536);
    const last = part.length - 1;
    parts.push(Buffer.from([61 << 2, last & 255, last >> 8]), part);
  }
  return Buffer.concat(parts);
}

export function push(url: string, tenant: string, streams: readonly PushedStream[], encoding: 'json' | 'protobuf') {
  const body =
    encoding === 'json' ? JSON.stringify({ streams }) : packLiterally(Buffer.concat(streams.map(encodeStream)));
  const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  return ask(`${url}/loki/api/v1/push`, { body, headers: { 'content-type': type, 'x-scope-orgid': tenant } });
}
