// Cuts SQL text into tokens: text in, words, strings and punctuation with their offsets and bracket depth out.

export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'punct';
  /** Upper-cased for words (keywords compare directly), as written for everything else. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many brackets are open around the token; a bracket itself counts as outside. */
  readonly depth: number;
}

const BLANK = /[\s\u00a0]+/y;
const COMMENT = /--[^\n]*|#(?=[ !])[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
// Only escapes matter here: where a literal ends, never what it means.
const STRING = /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y;
const QUOTED = /`(?:[^`\\]|\\[\s\S]|``)*(?:`|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/y;
const HEREDOC = /\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/y;
const NUMBER = /\d[\w.]*/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;

/** Lazy, so that a long VALUES list is only walked as far as somebody asks. */
export function* tokenizeSql(sql: string): Generator<SqlToken, void, undefined> {
  let at = 0;
  let depth = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  while (at < sql.length) {
    const skipped = match(BLANK) ?? match(COMMENT);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const [kind, text] = readToken(match, sql.charAt(at));
    const closes = kind === 'punct' && (text === ')' || text === ']' || text === '}');
    if (closes) depth = Math.max(0, depth - 1);
    yield { kind, text: kind === 'word' ? text.toUpperCase() : text, start: at, end: at + text.length, depth };
    if (kind === 'punct' && (text === '(' || text === '[' || text === '{')) depth += 1;
    at += text.length;
  }
}

function readToken(match: (pattern: RegExp) => string | undefined, first: string): [SqlToken['kind'], string] {
  const text = match(STRING) ?? match(HEREDOC);
  if (text !== undefined) return ['string', text];
  const quoted = match(QUOTED);
  if (quoted !== undefined) return ['quoted', quoted];
  const number = match(NUMBER);
  if (number !== undefined) return ['number', number];
  const word = match(WORD);
  if (word !== undefined) return ['word', word];
  return ['punct', first];
}
