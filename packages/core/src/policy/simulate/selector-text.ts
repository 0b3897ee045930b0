// The text of a selector: words and quoted texts taken from it one after another, with the place of the first mistake.

/** One mistake ends the reading; its place is where the text was when it was thrown. */
export class SelectorFault extends Error {}

export class SelectorText {
  readonly text: string;
  readonly fields = new Set<string>();
  /** The mistake is a name that no record has. */
  misnamed = false;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** What the pattern takes here, after white space; undefined when it takes nothing. */
  take(pattern: RegExp): string | undefined {
    this.#skipSpace();
    const sticky = new RegExp(pattern.source, 'y');
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match[0];
  }

  need(pattern: RegExp, expected: string): string {
    return this.take(pattern) ?? this.fail(`expected ${expected}`);
  }

  fail(sentence: string): never {
    throw new SelectorFault(sentence);
  }

  isAtEnd(): boolean {
    this.#skipSpace();
    return this.at === this.text.length;
  }

  /** A text in quotes, or in backticks, in which nothing is escaped. */
  needQuoted(): string {
    this.#skipSpace();
    const start = this.at;
    const quoted = this.need(/"(?:[^"\\]|\\.)*"|`[^`]*`/, 'a text in double quotes or backticks');
    if (quoted.startsWith('`')) return quoted.slice(1, -1);
    try {
      return String(JSON.parse(quoted));
    } catch {
      this.at = start;
      return this.fail(`${quoted} has an escape that is none; write \\\\ for a backslash, or use backticks`);
    }
  }

  #skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}
