// A place in the bytes of a JSON text: steps over values without making objects of them. Anything unexpected throws a fault that costs nothing.

export class JsonCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Bytes of managedFields met by the last skipBody. */
  managed = 0;

  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** The next byte that is no white space, without taking it. */
  peek(): number {
    for (;;) {
      const byte = this.bytes[this.at];
      if (this.at >= this.end || byte === undefined) throw FAULT;
      if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return byte;
      this.at++;
    }
  }

  take(wanted: number): void {
    if (this.peek() !== wanted) throw FAULT;
    this.at++;
  }

  /** Steps over a string; gives whether it held an escape. The text lies between start + 1 and at - 1. */
  skipString(): boolean {
    if (this.peek() !== 34) throw FAULT;
    const { bytes, end } = this;
    let escaped = false;
    let at = this.at + 1;
    for (;;) {
      if (at >= end) throw FAULT;
      const byte = bytes[at];
      if (byte === 34) break;
      if (byte === 92) {
        escaped = true;
        at++;
      }
      at++;
    }
    this.at = at + 1;
    return escaped;
  }

  skipValue(): void {
    const byte = this.peek();
    if (byte === 34) this.skipString();
    else if (byte === 123 || byte === 91) this.#skipNested(false);
    else this.#skipWord();
  }

  /** Like skipValue, and counts what managedFields take. */
  skipBody(): void {
    this.managed = 0;
    const byte = this.peek();
    if (byte === 123 || byte === 91) this.#skipNested(true);
    else this.skipValue();
  }

  #skipWord(): void {
    while (this.at < this.end) {
      const byte = this.bytes[this.at] ?? 0;
      if (byte === 44 || byte === 125 || byte === 93 || byte <= 32) return;
      this.at++;
    }
    throw FAULT;
  }

  /** The hot loop of body-heavy logs, so strings are stepped over here and not by a call each. */
  #skipNested(count: boolean): void {
    const { bytes, end } = this;
    let depth = 0;
    let at = this.at;
    while (at < end) {
      const byte = bytes[at++];
      if (byte === 34) {
        const start = at;
        while (at < end && bytes[at] !== 34) at += bytes[at] === 92 ? 2 : 1;
        at++;
        if (count && at - start === 14 && bytes[at] === 58 && this.#spellsManagedFields(start)) {
          this.at = at + 1;
          this.skipValue();
          this.managed += this.at - start + 2;
          at = this.at;
        }
      } else if (byte === 123 || byte === 91) depth++;
      else if (byte === 125 || byte === 93) {
        depth--;
        if (depth === 0) {
          this.at = at;
          return;
        }
      }
    }
    throw FAULT;
  }

  #spellsManagedFields(start: number): boolean {
    for (let i = 0; i < MANAGED_FIELDS.length; i++) if (this.bytes[start + i] !== MANAGED_FIELDS[i]) return false;
    return true;
  }
}

const MANAGED_FIELDS = [...'managedFields'].map((char) => char.charCodeAt(0));

/** One object for all faults: a stack trace per broken line would cost more than reading it. */
export const FAULT = new Error('this is no audit record');
