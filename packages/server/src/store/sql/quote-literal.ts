// The one place where text becomes SQL: value -> ClickHouse literal. Nothing else may put a user's text into a statement.

/**
 * Bytes that a literal cannot hold as they are. ClickHouse reads C escapes in single quotes; a NUL or a control
 * byte would survive in the statement, but not in every log and tool on the way.
 */
const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
};

/** A string literal. A lone surrogate becomes U+FFFD when the statement is encoded as UTF-8. */
export function quoteLiteral(text: string): string {
  const escaped = text
    .replace(/['\\\n\r\t\0\b\f]/g, (c) => ESCAPES[c] ?? c)
    .replace(/[\x01-\x1f\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `'${escaped}'`;
}

/** An array literal of strings. */
export function quoteLiterals(texts: readonly string[]): string {
  return `[${texts.map(quoteLiteral).join(',')}]`;
}

/** An integer literal; throws for anything that is not a safe integer or a bigint, since that is a fault of ours. */
export function quoteInteger(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`not an integer: ${value}`);
  return value.toString();
}

/** A DateTime64(9, 'UTC') from nanoseconds since 1970. */
export function quoteTime(nanos: bigint): string {
  return `fromUnixTimestamp64Nano(toInt64(${quoteInteger(nanos)}), 'UTC')`;
}
