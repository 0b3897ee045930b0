// The front door of LogQL's grammar: query text in, a tree of plain nodes or Loki's error sentence out, and back to text.
export type * from './ast.ts';
export { foldLiteral, foldLiterals } from './checks/fold-literal.ts';
export { type JsonPath, parseJsonPath } from './checks/json-path.ts';
export { listLogQueries } from './checks/log-query.ts';
export { printStageProblem } from './checks/stages.ts';
export { printPlain } from './lexer/go-float.ts';
export { quoteGo } from './lexer/go-string.ts';
export {
  type LogqlProblem,
  type ParsedLogql,
  type ParsedSelector,
  parseLogql,
  parseSelectorText,
  placeOf,
} from './parse-logql.ts';
export { formatLogql } from './print/format-query.ts';
export { printLogql } from './print/print-query.ts';
