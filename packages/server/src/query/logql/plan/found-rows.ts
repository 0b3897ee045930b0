// Rows by their time and number, packed: what a statement found in, a condition that is true of exactly these rows out. Pure.

/** Eight bytes of time, the lowest first, and sixteen of the record's number: as the engine has both. */
export const FOUND_BYTES = 24;

/** A row as hexadecimal digits of these bytes, in capitals. */
export const FOUND_SQL = 'hex(concat(reinterpretAsFixedString(toUnixTimestamp64Nano(time)), record_id))';

const timeAt = (packed: Buffer, at: number): bigint => packed.readBigInt64LE(at);

function* eachRow(packed: Buffer): Generator<Buffer> {
  for (let at = 0; at < packed.length; at += FOUND_BYTES) yield packed.subarray(at, at + FOUND_BYTES);
}

/** Hexadecimal digits, in capitals. */
export const listFound = (packed: Buffer): readonly string[] =>
  Array.from(eachRow(packed), (row) => row.toString('hex').toUpperCase());

/** Each once. */
export function joinFound(parts: readonly Buffer[]): Buffer {
  const rows = new Map<string, Buffer>();
  for (const part of parts) for (const row of eachRow(part)) rows.set(row.toString('latin1'), row);
  return Buffer.concat([...rows.values()]);
}

/** Those from start up to but not including end. */
export function cutFound(packed: Buffer, startNanos: bigint, endNanos: bigint): Buffer {
  const inside = [...eachRow(packed)].filter((row) => {
    const nanos = timeAt(row, 0);
    return nanos >= startNanos && nanos < endNanos;
  });
  return Buffer.concat(inside);
}

/** One literal: a list of thousands would take the engine longer to parse than its rows to read. */
export function printFound(packed: Buffer): string {
  if (packed.length === 0) return 'false';
  const at = (offset: number, bytes: number) => `substring(rows, number * ${FOUND_BYTES} + ${offset}, ${bytes})`;
  const time = `fromUnixTimestamp64Nano(reinterpretAsInt64(${at(1, 8)}), 'UTC')`;
  return `(time, record_id) IN (SELECT ${time}, toFixedString(${at(9, 16)}, 16)
FROM (SELECT unhex('${packed.toString('hex')}') AS rows, number FROM numbers(${packed.length / FOUND_BYTES})))`;
}
