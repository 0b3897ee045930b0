// `<ip> - <_> [<time>]`: what a line has at the captures of a pattern, and whether it is of the pattern.
import type { PatternPart } from '../syntax/checks/line-pattern.ts';

/** Named captures in order. A literal that is missing ends the search: its capture takes the rest, those behind it get nothing. */
export function capturePattern(parts: readonly PatternPart[], line: string): [string, string][] {
  const found: [string, string][] = [];
  if (line === '') return found;
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'text') {
      if (index === 0 && !line.startsWith(part.text)) return found;
      at += index === 0 ? part.text.length : 0;
      continue;
    }
    const next = parts[index + 1];
    const end = next?.kind === 'text' ? line.indexOf(next.text, at) : -1;
    if (part.name !== undefined) found.push([part.name, line.slice(at, end === -1 ? undefined : end)]);
    if (end === -1 || next?.kind !== 'text') return found;
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
