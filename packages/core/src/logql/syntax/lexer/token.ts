// What the lexer gives the parser: tokens with their place, and the words they are called by in error sentences.

/**
 * Called as error sentences call them: keywords and signs by themselves, kinds and functions in capitals.
 * The order is part of the language's face: "expecting STRING or ip" lists tokens in this order.
 */
export const TOKEN_TYPES = [
  ...['BYTES', 'IDENTIFIER', 'STRING', 'NUMBER', 'PARSER_FLAG', 'DURATION', 'RANGE'],
  ...['=', '=~', '!~', '!>', '{', '}', '[', ']', ',', '.', '|~', '|=', '|>', '(', ')', 'by', 'without'],
  ...['COUNT_OVER_TIME', 'RATE', 'RATE_COUNTER', 'SUM', 'SORT', 'SORT_DESC', 'AVG', 'MAX', 'MIN', 'COUNT', 'STDDEV'],
  ...['STDVAR', 'BOTTOMK', 'TOPK', 'APPROX_TOPK', 'BYTES_OVER_TIME', 'BYTES_RATE', 'bool', '|', 'json', 'regexp'],
  ...['logfmt', 'line_format', 'label_format', 'unwrap', 'AVG_OVER_TIME', 'SUM_OVER_TIME', 'MIN_OVER_TIME'],
  ...['MAX_OVER_TIME', 'STDVAR_OVER_TIME', 'STDDEV_OVER_TIME', 'QUANTILE_OVER_TIME', 'BYTES_CONV', 'DURATION_CONV'],
  ...['DURATION_SECONDS_CONV', 'FIRST_OVER_TIME', 'LAST_OVER_TIME', 'ABSENT_OVER_TIME', 'VECTOR', 'label_replace'],
  ...['unpack', 'offset', 'pattern', 'ip', 'on', 'ignoring', 'group_left', 'group_right', 'decolorize', 'drop', 'keep'],
  ...['or', 'and', 'unless', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '^'],
] as const;

/** A token's type; `$end` closes every list, `error` stands where a text could not be read on. */
export type TokenType = (typeof TOKEN_TYPES)[number] | '$end' | 'error';

export interface Token {
  readonly type: TokenType;
  /** Offsets into the query, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** As Loki counts them: characters from 1, and line 0 at anything it reads sign by sign (durations, ranges, flags, `|=` and other pairs). */
  readonly line: number;
  readonly column: number;
  /** As written; of a STRING what it says, of an `error` the sentence. */
  readonly text: string;
  /** Of a DURATION or RANGE. */
  readonly nanos?: bigint;
  /** Of BYTES. */
  readonly bytes?: number;
}

/** Words that are never names. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...['by', 'without', 'bool', 'json', 'regexp', 'logfmt', 'line_format', 'label_format', 'unwrap', 'unpack', 'offset'],
  ...['pattern', 'on', 'ignoring', 'group_left', 'group_right', 'decolorize', 'drop', 'keep', 'or', 'and', 'unless'],
  'label_replace',
]);

/** Words that are functions only in front of `(`, `by` or `without`, and names elsewhere. */
export const FUNCTIONS: ReadonlyMap<string, TokenType> = new Map<string, TokenType>([
  ['ip', 'ip'],
  ['bytes', 'BYTES_CONV'],
  ['duration', 'DURATION_CONV'],
  ['duration_seconds', 'DURATION_SECONDS_CONV'],
  ...TOKEN_TYPES.filter((type) => /^[A-Z][A-Z_]+$/.test(type) && !isKind(type) && !type.endsWith('_CONV')).map(
    (type): [string, TokenType] => [type.toLowerCase(), type],
  ),
]);

function isKind(type: string): boolean {
  return ['BYTES', 'IDENTIFIER', 'STRING', 'NUMBER', 'PARSER_FLAG', 'DURATION', 'RANGE'].includes(type);
}
