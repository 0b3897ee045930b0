// A stream's labels as text, `{a="b", c="d"}` -> labels, or the sentence that Loki takes from Prometheus' parser for the same fault.
import { readQuoted } from './read-quoted.ts';

export type ParsedLabelSet =
  | { readonly ok: true; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly ok: false; readonly problem: string };

interface Token {
  readonly kind: 'identifier' | 'string' | '=' | '!=' | '=~' | '!~' | ',' | '{' | '}' | 'end';
  /** As written; a string has its quotes. */
  readonly text: string;
  readonly value: string;
  readonly start: number;
}

/** Unwinds the one pass over the text at its first fault; never leaves this file. */
class Fault extends Error {
  readonly start: number;
  constructor(start: number, what: string) {
    super(what);
    this.start = start;
  }
}

const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPACE = /[ \t\n\r]*/y;
const OPERATOR = /=~|!~|!=|=/y;

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** A character as Go's %q prints it. */
function quoteCharacter(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === "'") return "'\\''";
  if (character === '\\') return "'\\\\'";
  return `'${character}'`;
}

function readToken(text: string, from: number): Token {
  const start = from + match(SPACE, text, from).length;
  const character = text[start];
  const token = (kind: Token['kind'], written: string, value = written): Token => ({
    kind,
    text: written,
    value,
    start,
  });
  if (character === undefined) throw new Fault(start, 'unexpected end of input inside braces');
  const identifier = match(IDENTIFIER, text, start);
  if (identifier !== '') return token('identifier', identifier);
  if (character === ',') return token(',', ',');
  if (character === '}') return token('}', '}');
  if (character === '{') throw new Fault(start, `unexpected left brace '{'`);
  const operator = match(OPERATOR, text, start);
  if (operator === '=' || operator === '!=' || operator === '=~' || operator === '!~') return token(operator, operator);
  if (character === '!')
    throw new Fault(start, `unexpected character after '!' inside braces: ${quoteCharacter(text, start + 1)}`);
  if (character === '"' || character === "'" || character === '`') {
    const quoted = readQuoted(text, start);
    if (!quoted.ok) throw new Fault(start, quoted.problem);
    return token('string', text.slice(start, quoted.end), quoted.value);
  }
  throw new Fault(start, `unexpected character inside braces: ${quoteCharacter(text, start)}`);
}

function describe(token: Token): string {
  if (token.kind === 'identifier') return `identifier ${JSON.stringify(token.text)}`;
  if (token.kind === 'string') return `string ${token.text}`;
  return JSON.stringify(token.text);
}

function readPairs(text: string): (readonly [string, string])[] {
  const open = match(SPACE, text, 0).length;
  if (text[open] === undefined) throw new Fault(open, 'unexpected end of input');
  // A metric name in front is what the parser would take, and what no stream has.
  if (text[open] !== '{') throw new Fault(open, `unexpected character: ${quoteCharacter(text, open)}`);
  const pairs: (readonly [string, string])[] = [];
  let at = open + 1;
  const next = (): Token => {
    const token = readToken(text, at);
    at = token.start + token.text.length;
    return token;
  };
  for (let name = next(); name.kind !== '}'; ) {
    if (name.kind !== 'identifier')
      throw new Fault(name.start, `unexpected ${describe(name)} in label set, expected identifier or "}"`);
    const equals = next();
    if (equals.kind !== '=') throw new Fault(equals.start, `unexpected ${describe(equals)} in label set, expected "="`);
    const value = next();
    if (value.kind !== 'string')
      throw new Fault(value.start, `unexpected ${describe(value)} in label set, expected string`);
    pairs.push([name.text, value.value]);
    const after = next();
    if (after.kind === '}') break;
    if (after.kind !== ',')
      throw new Fault(after.start, `unexpected ${describe(after)} in label set, expected "," or "}"`);
    name = next();
  }
  const rest = at + match(SPACE, text, at).length;
  if (rest < text.length) throw new Fault(rest, `unexpected ${quoteCharacter(text, rest)}`);
  return pairs;
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** Line and column of an offset, both from 1, the column in bytes of UTF-8. */
function printPosition(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n');
  const bytes = [...(lines.at(-1) ?? '')].reduce((sum, character) => sum + utf8Length(character), 0);
  return `${lines.length}:${bytes + 1}`;
}

export function parseLabelSet(text: string): ParsedLabelSet {
  try {
    return { ok: true, pairs: readPairs(text) };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return {
      ok: false,
      problem: `couldn't parse labels: ${printPosition(text, fault.start)}: parse error: ${fault.message}`,
    };
  }
}
