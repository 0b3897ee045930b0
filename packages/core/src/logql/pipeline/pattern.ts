// `<ip> - <_> [<time>]`: the pattern language of `| pattern` and `|>`; a pattern in, what a line has at its captures out.

/** Literals and captures in turn, since two captures never meet. */
export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'capture' /** '' for `<_>`. */; readonly name: string };

const CAPTURE = /<([A-Za-z_][A-Za-z0-9_]*)>/g;

export function splitPattern(pattern: string): PatternPart[] {
  const parts: PatternPart[] = [];
  let at = 0;
  for (const match of pattern.matchAll(CAPTURE)) {
    if (match.index > at) parts.push({ kind: 'literal', text: pattern.slice(at, match.index) });
    const name = match[1] ?? '';
    parts.push({ kind: 'capture', name: name === '_' ? '' : name });
    at = match.index + match[0].length;
  }
  if (at < pattern.length) parts.push({ kind: 'literal', text: pattern.slice(at) });
  return parts;
}

/** What makes a pattern useless for a parser, in Loki's words. */
export function findParserFault(parts: readonly PatternPart[]): string | undefined {
  const names = parts.flatMap((part) => (part.kind === 'capture' && part.name !== '' ? [part.name] : []));
  if (names.length === 0) return 'at least one capture is required: invalid expression';
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return (
    findNeighbours(parts) ?? (twice === undefined ? undefined : `duplicate capture name (${twice}): invalid expression`)
  );
}

/** The same for a line filter, where captures have no names. */
export function findFilterFault(parts: readonly PatternPart[]): string | undefined {
  const neighbours = findNeighbours(parts);
  if (neighbours !== undefined) return neighbours;
  for (const part of parts)
    if (part.kind === 'capture' && part.name !== '') return `named captures are not allowed: found '<${part.name}>'`;
  return undefined;
}

function findNeighbours(parts: readonly PatternPart[]): string | undefined {
  const print = (part: PatternPart) =>
    part.kind === 'capture' ? `<${part.name === '' ? '_' : part.name}>` : part.text;
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (part.kind === 'capture' && next?.kind === 'capture')
      return `found consecutive capture '${print(part)}${print(next)}': invalid expression`;
  }
  return undefined;
}

/** Named captures in order. A literal that is missing ends the search: its capture takes the rest, those behind it get nothing. */
export function capturePattern(parts: readonly PatternPart[], line: string): [string, string][] {
  const found: [string, string][] = [];
  if (line === '') return found;
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'literal') {
      if (index === 0 && !line.startsWith(part.text)) return found;
      at += index === 0 ? part.text.length : 0;
      continue;
    }
    const next = parts[index + 1];
    const end = next?.kind === 'literal' ? line.indexOf(next.text, at) : -1;
    if (part.name !== '') found.push([part.name, line.slice(at, end === -1 ? undefined : end)]);
    if (end === -1 || next?.kind !== 'literal') return found;
    at = end + next.text.length;
  }
  return found;
}

/** Whether the whole line is of the pattern; a capture takes at least one character. */
export function matchesPattern(parts: readonly PatternPart[], line: string): boolean {
  const last = parts.at(-1);
  if (line === '' || last === undefined) return line === '' && last === undefined;
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'capture') continue;
    const found = line.indexOf(part.text, at);
    if (found === -1 || (index === 0) !== (found === at)) return false;
    at = found + part.text.length;
  }
  return (last.kind === 'capture') === at < line.length;
}
