// A matcher (`a="b"`, `a=~"b.*"`) as a test of the label's value; a label that is not there has the value ''.
import type { MatchOperator } from '../syntax/ast.ts';
import { compileWhole, type TextTest } from './text-match.ts';

export function compileMatcher(operator: MatchOperator, value: string): TextTest {
  switch (operator) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~':
      return compileWhole(value);
    case '!~': {
      const test = compileWhole(value);
      return (text) => !test(text);
    }
  }
}
