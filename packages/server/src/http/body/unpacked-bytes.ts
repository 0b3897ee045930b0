// What a compressed body will take once unpacked, as it says itself: bytes in, a number out that no liar can make larger than the bound.

/** gzip ends with its unpacked size. Who lies is stopped at the limit by the unpacking. */
export function readUnpackedBytes(body: Buffer, maxBytes: number): number {
  const isGzip = body.length >= 18 && body[0] === 0x1f && body[1] === 0x8b;
  return isGzip ? Math.min(body.readUInt32LE(body.length - 4), maxBytes) : 0;
}
