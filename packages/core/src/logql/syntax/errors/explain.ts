// Tokens that are no query in, the sentence that says so out: what was not expected, and what was when that is little.
import { TOKEN_TYPES, type Token } from '../lexer/token.ts';
import { isRightAssociative, OPERATOR_LEVELS } from '../operators.ts';
import { RULES } from './grammar.ts';
import { buildTable, type Precedence, type State } from './lalr.ts';

/** yacc lists what it expects only up to here. */
const MOST_EXPECTED = 4;

export type Explanation = { readonly at: Token; readonly message: string } | undefined;

function buildAutomaton(): readonly State[] {
  const precedences = new Map<string, Precedence>(
    OPERATOR_LEVELS.flatMap((operators, level) =>
      operators.map((operator) => [operator, { level, right: isRightAssociative(operator) }]),
    ),
  );
  return buildTable(RULES, precedences);
}

let automaton: readonly State[] | undefined;

/**
 * Walks the tokens until the first that cannot be taken. Undefined when all can: then the tokens are a query.
 * An `error` token ends the walk with its own sentence.
 */
export function explainSyntaxError(tokens: readonly Token[]): Explanation {
  // A pure value of the grammar, made when the first mistake is: most processes never need it.
  automaton ??= buildAutomaton();
  const stack = [0];
  for (const token of tokens) {
    for (;;) {
      const state = automaton[stack.at(-1) ?? 0];
      if (state === undefined) return undefined;
      const next = state.shifts.get(token.type);
      if (next !== undefined) {
        stack.push(next);
        break;
      }
      const rule = state.reductions.get(token.type) ?? state.defaultRule;
      if (rule === 0) {
        if (token.type === '$end') return undefined;
        return { at: token, message: printUnexpected(token, state) };
      }
      if (rule === undefined) return { at: token, message: printUnexpected(token, state) };
      const { left = '', right = [] } = RULES[rule] ?? {};
      stack.length -= right.length;
      stack.push(automaton[stack.at(-1) ?? 0]?.gotos.get(left) ?? 0);
    }
  }
  return undefined;
}

function printUnexpected(token: Token, state: State): string {
  if (token.type === 'error') return token.text;
  const expected = TOKEN_TYPES.filter((type) => state.shifts.has(type));
  const list = expected.length === 0 || expected.length > MOST_EXPECTED ? '' : `, expecting ${expected.join(' or ')}`;
  return `syntax error: unexpected ${token.type}${list}`;
}
