// What stops a parse: thrown between the functions of this parser and caught at its front door, so that every rule need not hand on failures.
import type { Span } from '../ast.ts';

/** A sentence that Loki answers without a place (`parse error : …`); the span is for people who look at the text. */
export class QueryFault extends Error {
  readonly span: Span;

  constructor(message: string, span: Span) {
    super(message);
    this.span = span;
  }
}

/** A token that cannot stand where it is. The sentence is found afterwards, from all tokens. */
export class SyntaxFault extends Error {
  readonly token: number;

  constructor(token: number) {
    super('a token that cannot stand here');
    this.token = token;
  }
}
