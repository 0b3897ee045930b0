// Paths of `| json x="a.b[0][\"c\"]"`: text to steps, or the sentence of Loki's own little parser for them.

/** A field's name or an array's index. */
export type JsonPath = readonly (string | number)[];

export type ParsedJsonPath =
  | { readonly ok: true; readonly path: JsonPath }
  | { readonly ok: false; readonly problem: string };

type PathToken =
  | { readonly type: 'DOT' | 'LSB' | 'RSB' | '$end' }
  | { readonly type: 'FIELD' | 'STRING'; readonly text: string }
  | { readonly type: 'INDEX'; readonly index: number };

// A text ends at its quote, at a bracket, or with the expression, and knows no escapes.
const TOKEN = /\s*(?:(?<sign>[.[\]])|(?<field>[a-zA-Z_][a-zA-Z0-9_]*)|(?<index>\d+)|"(?<string>[^"\]]*)["\]]?)/y;
const SIGNS: Readonly<Record<string, 'DOT' | 'LSB' | 'RSB'>> = { '.': 'DOT', '[': 'LSB', ']': 'RSB' };

export function parseJsonPath(text: string): ParsedJsonPath {
  const { tokens, problem } = readTokens(text);
  const path: (string | number)[] = [];
  let at = 0;
  const next = (): PathToken => tokens[at] ?? { type: '$end' };
  const fail = (expecting: string): ParsedJsonPath => ({
    ok: false,
    problem: `cannot parse expression [${text}]: syntax error: unexpected ${next().type}${expecting}`,
  });
  for (;;) {
    const token = next();
    if (token.type === 'FIELD' && path.length === 0) {
      path.push(token.text);
      at += 1;
    } else if (token.type === 'DOT' && path.length > 0) {
      at += 1;
      const field = next();
      if (field.type !== 'FIELD') return fail(', expecting FIELD');
      path.push(field.text);
      at += 1;
    } else if (token.type === 'LSB') {
      at += 1;
      const key = next();
      if (key.type === 'STRING') path.push(key.text);
      else if (key.type === 'INDEX') path.push(key.index);
      else return fail(', expecting STRING or INDEX');
      at += 1;
      if (next().type !== 'RSB') return fail(', expecting RSB');
      at += 1;
    } else if (path.length === 0) return fail(', expecting LSB or FIELD');
    else if (token.type !== '$end') return fail('');
    else break;
  }
  return problem === undefined
    ? { ok: true, path }
    : { ok: false, problem: `cannot parse expression [${text}]: ${problem}` };
}

/** Up to the first sign that belongs to no path; the parser then meets the end there. */
function readTokens(text: string): { readonly tokens: readonly PathToken[]; readonly problem?: string } {
  const tokens: PathToken[] = [];
  let at = 0;
  while (at < text.trimEnd().length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) return { tokens, problem: `unexpected char ${/\S/u.exec(text.slice(at))?.[0] ?? ''}` };
    at = TOKEN.lastIndex;
    const { sign, field, index, string } = groups;
    const problem = index === undefined ? undefined : findIndexProblem(index, text.slice(at));
    if (problem !== undefined) return { tokens, problem };
    if (sign !== undefined) tokens.push({ type: SIGNS[sign] ?? 'DOT' });
    else if (field !== undefined) tokens.push({ type: 'FIELD', text: field });
    else if (index !== undefined) tokens.push({ type: 'INDEX', index: Number(index) });
    else tokens.push({ type: 'STRING', text: string ?? '' });
  }
  return { tokens };
}

/** An index goes on until a bracket or a space. */
function findIndexProblem(digits: string, rest: string): string | undefined {
  const end = rest === '' ? '\0' : String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (end === '.') return 'cannot use float as array index';
  if (!/[\]\s]/.test(end)) return `non-integer value: ${end}`;
  return BigInt(digits) < 2n ** 63n ? undefined : `strconv.Atoi: parsing "${digits}": value out of range`;
}
