// Keys of `| logfmt x="key"`: text to the key it asks for, or the sentence of Loki's own little parser for them.

export type ParsedLogfmtKey =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly problem: string };

/** A quoted text ends at its quote, at a bracket, or with the expression. */
const TOKEN = /\s*(?:(?<bare>[a-zA-Z_][a-zA-Z0-9_]*)|"(?<quoted>[^"\]]*)["\]]?)/y;

/** One key, bare or quoted. More quoted ones may follow; then no line has such a key. */
export function parseLogfmtKey(text: string): ParsedLogfmtKey {
  const fail = (problem: string): ParsedLogfmtKey => ({
    ok: false,
    problem: `cannot parse expression [${text}]: ${problem}`,
  });
  const parts: string[] = [];
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) {
      // Where nothing was read yet, the end of the text hides the sign that is to blame.
      if (parts.length === 0) break;
      return fail(`unexpected char ${/\S/u.exec(text.slice(at))?.[0] ?? ''}`);
    }
    if (groups['bare'] !== undefined && parts.length > 0) return fail('syntax error: unexpected KEY');
    parts.push(groups['bare'] ?? groups['quoted'] ?? '');
  }
  if (parts.length === 0) return fail('syntax error: unexpected $end, expecting STRING or KEY');
  return { ok: true, key: parts.join(' ') };
}
