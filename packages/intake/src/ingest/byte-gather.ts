// ByteGather: bytes that arrive in pieces, put together. In: pieces. Out: one buffer, reused for the next.

const START_BYTES = 64 * 1024;
/** A buffer grown beyond this for one big line is given back afterwards. */
const KEPT_BYTES = 4 * 1024 * 1024;

export class ByteGather {
  bytes = Buffer.allocUnsafeSlow(START_BYTES);
  length = 0;

  append(piece: Uint8Array, from: number, to: number): void {
    const size = to - from;
    this.#reserve(size);
    if (size < 48)
      for (let index = 0; index < size; index++) this.bytes[this.length + index] = piece[from + index] ?? 0;
    else this.bytes.set(from === 0 && to === piece.length ? piece : piece.subarray(from, to), this.length);
    this.length += size;
  }

  appendByte(byte: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = byte;
  }

  appendText(text: string): void {
    this.#reserve(text.length * 3);
    this.length += this.bytes.write(text, this.length, 'utf8');
  }

  dropLast(): void {
    this.length--;
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = Buffer.allocUnsafeSlow(START_BYTES);
  }

  #reserve(size: number): void {
    const need = this.length + size;
    if (need <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(need, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
