// The other direction of the codecs, for tests: streams -> JSON, protobuf and snappy bodies, as senders make them.
import { printLabelSet } from '../print-label-set.ts';
import type { PushEntry, PushStream } from '../push-stream.ts';

export const joinBytes = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

export function varint(value: bigint | number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? byte | 0x80 : byte);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** A length-delimited field. */
export const bytesField = (field: number, value: Uint8Array | string): Uint8Array => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return joinBytes(varint((field << 3) | 2), varint(bytes.length), bytes);
};

export const varintField = (field: number, value: bigint | number): Uint8Array =>
  joinBytes(varint(field << 3), varint(value));

function encodeEntry({ timeNanos, line, metadata }: PushEntry): Uint8Array {
  let seconds = timeNanos / 1_000_000_000n;
  if (seconds * 1_000_000_000n > timeNanos) seconds--;
  const nanos = timeNanos - seconds * 1_000_000_000n;
  const pairs = Object.entries(metadata).map(([k, v]) => bytesField(3, joinBytes(bytesField(1, k), bytesField(2, v))));
  return bytesField(
    2,
    joinBytes(bytesField(1, joinBytes(varintField(1, seconds), varintField(2, nanos))), bytesField(2, line), ...pairs),
  );
}

export const encodePushProto = (streams: readonly PushStream[]): Uint8Array =>
  joinBytes(
    ...streams.map((s) =>
      bytesField(1, joinBytes(bytesField(1, printLabelSet(s.labels)), ...s.entries.map(encodeEntry))),
    ),
  );

export const encodePushJson = (streams: readonly PushStream[]): string =>
  JSON.stringify({
    streams: streams.map((s) => ({
      stream: s.labels,
      values: s.entries.map((e) =>
        Object.keys(e.metadata).length === 0
          ? [String(e.timeNanos), e.line]
          : [String(e.timeNanos), e.line, e.metadata],
      ),
    })),
  });

function literal(bytes: Uint8Array): Uint8Array {
  const n = bytes.length - 1;
  const head = n < 60 ? [n << 2] : n < 256 ? [60 << 2, n] : [61 << 2, n & 255, n >> 8];
  return joinBytes(head, bytes);
}

function copy(offset: number, length: number): readonly number[] {
  if (length >= 4 && length <= 11 && offset < 2048)
    return [1 | ((length - 4) << 2) | ((offset >> 8) << 5), offset & 255];
  if (offset < 65536) return [2 | ((length - 1) << 2), offset & 255, offset >> 8];
  return [3 | ((length - 1) << 2), offset & 255, (offset >> 8) & 255, (offset >> 16) & 255, offset >>> 24];
}

/** A plain but real compressor: looks for the last place of the next four bytes, so copies of all lengths and overlaps come out. */
export function packSnappy(plain: Uint8Array): Uint8Array {
  const parts: (Uint8Array | readonly number[])[] = [varint(plain.length)];
  const seen = new Map<string, number>();
  let from = 0;
  let at = 0;
  const flush = () => {
    for (; from < at; from = Math.min(at, from + 65536))
      parts.push(literal(plain.subarray(from, Math.min(at, from + 65536))));
  };
  while (at < plain.length) {
    const key = String(plain.subarray(at, at + 4));
    const before = at + 4 <= plain.length ? seen.get(key) : undefined;
    seen.set(key, at);
    if (before === undefined) {
      at++;
      continue;
    }
    flush();
    let length = 4;
    while (length < 64 && at + length < plain.length && plain[before + length] === plain[at + length]) length++;
    parts.push(copy(at - before, length));
    at += length;
    from = at;
  }
  flush();
  return joinBytes(...parts);
}
