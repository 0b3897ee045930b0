// Text from audit records -> text that cannot steer a terminal. Everybody who sends a request chooses parts of it.

// Control characters (C0, DEL, C1), soft hyphen, zero-width and bidirectional marks, line separators, tags, lone surrogates.
const DANGEROUS =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;
/** The same, without the two that a text of several lines is made of. */
const DANGEROUS_IN_LINES =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const PLAIN = /^[\x20-\x7e]*$/;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function printEscaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return (
    NAMED[character] ??
    (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`)
  );
}

/** One line of text with what is dangerous written as `\x1b`, `\n`, `\u202e`. */
export function printHarmless(text: string): string {
  return PLAIN.test(text) ? text : text.replace(DANGEROUS, printEscaped);
}

/** The same for text of several lines: line feeds and tabs stay. */
export function printHarmlessLines(text: string): string {
  return text.replace(DANGEROUS_IN_LINES, printEscaped);
}
