// The words of a template: text outside the braces, and what stands between them.
export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'char'
  | 'characterConstant'
  | 'number'
  | 'string'
  | 'rawString'
  | 'pipe'
  | 'leftParen'
  | 'rightParen'
  | 'declare'
  | 'assign'
  | 'eof'
  | 'error';

export interface Token {
  readonly kind: TokenKind;
  /** Offset into the template in UTF-16 units. */
  readonly at: number;
  /** The text; of an error its sentence. */
  readonly text: string;
}
