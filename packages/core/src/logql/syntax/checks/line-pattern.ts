// Patterns like `<ip> - <_> "<method>`: text to its parts, and what each of the two uses of patterns asks of them.

export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `<_>` has no name. */
  | { readonly kind: 'capture'; readonly name?: string };

/** Every text is a pattern: what is no capture is text. */
export function parseLinePattern(pattern: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let at = 0;
  for (const match of pattern.matchAll(/<([a-zA-Z_][a-zA-Z0-9_]*)>/g)) {
    if (match.index > at) parts.push({ kind: 'text', text: pattern.slice(at, match.index) });
    const name = match[1] ?? '';
    parts.push(name === '_' ? { kind: 'capture' } : { kind: 'capture', name });
    at = match.index + match[0].length;
  }
  if (at < pattern.length) parts.push({ kind: 'text', text: pattern.slice(at) });
  return parts;
}

/** Of `| pattern`. */
export function findParserPatternProblem(pattern: string): string | undefined {
  if (pattern === '')
    return 'parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL';
  const parts = parseLinePattern(pattern);
  const names = namesOf(parts);
  if (names.length === 0) return 'at least one capture is required';
  const consecutive = findConsecutive(parts);
  if (consecutive !== undefined) return consecutive;
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? undefined : `duplicate capture name (${twice}): invalid expression`;
}

/** Of `|>` and `!>`. */
export function findFilterPatternProblem(pattern: string): string | undefined {
  const parts = parseLinePattern(pattern);
  const consecutive = findConsecutive(parts);
  if (consecutive !== undefined) return consecutive;
  const named = namesOf(parts)[0];
  return named === undefined ? undefined : `named captures are not allowed: found '<${named}>'`;
}

function namesOf(parts: readonly PatternPart[]): readonly string[] {
  return parts.flatMap((part) => (part.kind === 'capture' && part.name !== undefined ? [part.name] : []));
}

function findConsecutive(parts: readonly PatternPart[]): string | undefined {
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (part.kind === 'capture' && next?.kind === 'capture')
      return `found consecutive capture '<${part.name ?? '_'}><${next.name ?? '_'}>': invalid expression`;
  }
  return undefined;
}
