// The tokens of one query and how far they were read: the parser's only state.
import type { Span } from '../ast.ts';
import type { QueryProblem } from '../checks/query-problem.ts';
import type { Token, TokenType } from '../lexer/token.ts';
import { QueryFault, SyntaxFault } from './fault.ts';

/** Levels of brackets and of `^` that are followed; a deeper query is refused rather than run out of stack. */
const MOST_LEVELS = 500;

/** Operators in one query, of all kinds: a chain is as deep a tree as it is long, and people who read trees call themselves. */
const MOST_OPERATORS = 2000;

export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #level = 0;
  #operators = 0;
  readonly #problems: QueryProblem[] = [];

  /** The list ends with `$end` or `error`, which is never read past. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.#look(0);
  }

  /** Where the token that was read last ends. */
  get end(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  /** The token after the next one. */
  get second(): Token {
    return this.#look(1);
  }

  is(type: TokenType): boolean {
    return this.next.type === type;
  }

  take(): Token {
    const token = this.next;
    if (token.type === '$end' || token.type === 'error') return this.refuse();
    this.#at += 1;
    return token;
  }

  accept(type: TokenType): Token | undefined {
    return this.is(type) ? this.take() : undefined;
  }

  expect(type: TokenType): Token {
    return this.accept(type) ?? this.refuse();
  }

  refuse(): never {
    throw new SyntaxFault(this.#at);
  }

  spanFrom(start: number): Span {
    return { start, end: this.end };
  }

  /** `item`, `item, item`… */
  list<Item>(item: () => Item): readonly Item[] {
    const items = [item()];
    while (this.accept(',') !== undefined) items.push(item());
    return items;
  }

  deeper<Result>(inner: () => Result): Result {
    this.#level += 1;
    if (this.#level > MOST_LEVELS) this.#giveUp(`the query is nested too deeply: more than ${MOST_LEVELS} levels`);
    const result = inner();
    this.#level -= 1;
    return result;
  }

  countOperator(): void {
    this.#operators += 1;
    if (this.#operators > MOST_OPERATORS) this.#giveUp(`the query has too many operators: more than ${MOST_OPERATORS}`);
  }

  /** For what is wrong but can be read: Loki tells it only when nothing further on is worse. */
  defer(message: string, span: Span): void {
    this.#problems.push({ message, span });
  }

  get deferred(): readonly QueryProblem[] {
    return this.#problems;
  }

  #giveUp(message: string): never {
    throw new QueryFault(message, { start: this.next.start, end: this.next.end });
  }

  #look(ahead: number): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('a list of tokens without its end');
    return token;
  }
}
