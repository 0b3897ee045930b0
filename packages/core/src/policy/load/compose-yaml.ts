// Text -> the first YAML document as the YAML library reads it, with the server's reader's habits where the two differ.
import { Composer, type Document, isMap, Parser } from 'yaml';
import { findReaderFault, type ReaderFault } from './check-document.ts';

export interface ComposedDocument {
  readonly document: Document.Parsed | undefined;
  /** What was read: the text, with spaces put before lines that the library wants indented. */
  readonly text: string;
  /** Offset in `text` after which the server reads no more. */
  readonly end: number;
  /** An offset in what was read -> the offset in the text as given. */
  readonly restore: (at: number) => number;
}

interface Padding {
  readonly at: number;
  readonly length: number;
}

const PADDING = ' '.repeat(80);
/** A text that needs more repairs than this is none that people wrote. */
const MAX_REPAIRS = 200;
/** Each repair reads the text again. */
const MAX_REPAIRED_LENGTH = 256 * 1024;

export function composeAsServer(given: string): ComposedDocument & { readonly fault?: ReaderFault } {
  const paddings: Padding[] = [];
  const restore = (at: number) =>
    paddings.reduceRight(
      (back, padding) => (back > padding.at ? Math.max(padding.at, back - padding.length) : back),
      at,
    );
  let text = given;
  for (let repairs = 0; ; repairs++) {
    const document = composeFirst(text);
    if (document === undefined) return { document, text, end: text.length, restore };
    // In order of place, so the first one tells: hostile texts have millions of them.
    const first = document.errors.find((error) => !isPermitted(error));
    const outside = first !== undefined && standsOutside(document, text, first.pos[0]);
    const fault = outside ? undefined : first;
    const end = outside ? first.pos[0] : document.range[2];
    if (fault === undefined) {
      const refused = findReaderFault(document, given, restore(end), restore);
      return { document, text, end, restore, ...(refused === undefined ? {} : { fault: refused }) };
    }
    const line = repairs < MAX_REPAIRS && text.length < MAX_REPAIRED_LENGTH ? findShallowLine(text, fault) : undefined;
    if (line === undefined || paddings.some((padding) => padding.at === line)) {
      return {
        document,
        text,
        end,
        restore,
        fault: { code: fault.code, message: fault.message, at: restore(fault.pos[0]) },
      };
    }
    text = text.slice(0, line) + PADDING + text.slice(line);
    paddings.push({ at: line, length: PADDING.length });
  }
}

function composeFirst(text: string): Document.Parsed | undefined {
  const composer = new Composer({ version: '1.1', schema: 'failsafe', uniqueKeys: false, merge: false, strict: true });
  for (const document of composer.compose(new Parser().parse(text))) return document;
  return undefined;
}

interface LibraryError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** `]# comment` is a comment to the server. */
function isPermitted(error: LibraryError): boolean {
  return error.code === 'MISSING_CHAR' && error.message.startsWith('Comments must be separated');
}

/** A line further left than the first key ends the document for the server, and what follows is never read. */
function standsOutside(document: Document.Parsed, text: string, at: number): boolean {
  const top = document.contents;
  if (!isMap(top) || top.flow === true || top.range === undefined || top.range === null || at < top.range[0])
    return false;
  return (
    column(text, at) < column(text, top.range[0]) && /^[ ]*$/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))
  );
}

function column(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

/** Inside brackets and quotes indentation means nothing to the server; the start of the line that the library stumbled over. */
function findShallowLine(text: string, error: LibraryError): number | undefined {
  const flow = error.code === 'BAD_INDENT' && /^Flow (?:map|sequence)/.test(error.message);
  const quote = error.code === 'MISSING_CHAR' && /^Missing closing/.test(error.message);
  if (!flow && !quote) return undefined;
  const [at] = error.pos;
  const feed = text.indexOf('\n', at);
  // The quote's error stands at the end of the line before; the bracket's on the line itself or at its end.
  if (quote) return feed === -1 || feed + 1 >= text.length ? undefined : feed + 1;
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*$/.test(text.slice(start, at)) && start > 0
    ? start
    : feed === -1 || feed + 1 >= text.length
      ? undefined
      : feed + 1;
}
