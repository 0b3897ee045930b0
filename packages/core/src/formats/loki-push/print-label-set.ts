// Labels as Loki prints them in its sentences: `{a="b", c="d"}`, sorted, values in Go's quotes.

const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** What Go does not print as it is: its quotes, backslashes, controls and everything invisible but the plain space. */
const ODD = /["\\]|[\p{C}\p{Z}]/gu;

function escapeCharacter(character: string): string {
  if (character === ' ') return ' ';
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** As Go's %q. */
export function quoteGo(text: string): string {
  return `"${text.replace(ODD, escapeCharacter)}"`;
}

export function printLabelSet(
  labels: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
): string {
  const pairs = Array.isArray(labels) ? [...labels] : Object.entries(labels);
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${pairs.map(([name, value]) => `${name}=${quoteGo(value)}`).join(', ')}}`;
}
