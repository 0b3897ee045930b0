// A document that the YAML library took -> the first thing in it that the server's reader refuses: it is stricter in brackets and quotes.
import { type Document, isMap, isScalar, type Node, type Pair, visit } from 'yaml';

export interface ReaderFault {
  readonly code: string;
  readonly message: string;
  /** An offset in the text as given. */
  readonly at: number;
}

/** The server looks this far for the colon of a key. */
const MAX_KEY = 1024;

export function findReaderFault(
  document: Document.Parsed,
  text: string,
  end: number,
  restore: (at: number) => number,
): ReaderFault | undefined {
  const faults: ReaderFault[] = [];
  const add = (at: number, message: string, code = 'SERVER') => void faults.push({ code, message, at });
  /** Brackets and texts: inside them indentation says nothing. */
  const spans: (readonly [number, number])[] = [];
  const note = (node: Node, inBrackets: boolean) => {
    const range = node.range;
    if (range === undefined || range === null) return;
    const [start, stop] = [restore(range[0]), restore(range[1])];
    if ('anchor' in node && typeof node.anchor === 'string' && !isAnchor(node.anchor))
      add(start, `the anchor &${node.anchor} has other signs than letters, digits, "-" and "_"`);
    if (!isScalar(node)) {
      if ('flow' in node && node.flow === true) spans.push([start, stop]);
    } else if (node.type !== 'PLAIN') {
      spans.push([start, stop]);
      const jsonEscape = node.type === 'QUOTE_DOUBLE' ? findJsonEscape(text.slice(start, stop)) : -1;
      if (jsonEscape !== -1)
        add(start + jsonEscape, '"\\/" and pairs of "\\u" are escapes of JSON only, write the character itself');
    } else if (inBrackets && /^:|\?/.test(node.source ?? '')) {
      add(start, 'a "?" inside brackets, and a ":" before a word, must stand in quotes');
    }
  };
  visit(document, {
    Scalar: (_, node, path) => note(node, path.some(isFlow)),
    Collection: (_, node) => note(node, false),
    Alias: (_, node) => {
      if (!isAnchor(node.source))
        add(
          restore(node.range?.[0] ?? 0),
          `the alias *${node.source} has other signs than letters, digits, "-" and "_"`,
        );
    },
    Pair: (_, pair) => {
      const key = findLongKey(pair, text, restore);
      if (key !== undefined) add(key, 'a key and its ":" must stand on one line');
    },
  });
  const isInside = (at: number) => spans.some(([start, stop]) => start <= at && at < stop);
  const tab = findOutside(text.slice(0, end), isInside);
  if (tab !== undefined) add(tab, '', 'TAB_AS_INDENT');
  for (const { index } of text.slice(0, end).matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm))
    if (isInside(index)) add(index, 'a line with "---" or "..." ends the document inside of brackets or a text');
  return faults.sort((a, b) => a.at - b.at)[0];
}

function isAnchor(name: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name);
}

function isFlow(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'flow' in node && node.flow === true;
}

/** `\/` or half of a pair in a text in double quotes, -1 when there is none. */
function findJsonEscape(quoted: string): number {
  for (const match of quoted.matchAll(/\\(?:u[dD][89a-fA-F]|.)/gs))
    if (/^.(?:\/|u.)/s.test(match[0])) return match.index;
  return -1;
}

/** Where a key starts whose colon stands on another line, or too far away. */
function findLongKey(pair: Pair, text: string, restore: (at: number) => number): number | undefined {
  const { key, value } = pair;
  if (!isScalar(key) && !isMap(key)) return undefined;
  if (key.range === undefined || key.range === null) return undefined;
  const [start, stop] = [restore(key.range[0]), restore(key.range[1])];
  if (value === null || /\?\s*$/.test(text.slice(Math.max(0, start - MAX_KEY), start))) return undefined;
  const colon = text.indexOf(':', stop);
  if (colon === -1) return undefined;
  return colon - start > MAX_KEY || /[\r\n]/.test(text.slice(start, colon)) ? start : undefined;
}

/** The server refuses a line that begins with a tab even when nothing or only a comment follows, except inside brackets and texts. */
function findOutside(text: string, isInside: (at: number) => boolean): number | undefined {
  for (const match of text.matchAll(/^( *)\t[ \t]*(?:#.*)?\r?$/gm)) {
    const tab = match.index + (match[1]?.length ?? 0);
    if (!isInside(tab)) return tab;
  }
  return undefined;
}
