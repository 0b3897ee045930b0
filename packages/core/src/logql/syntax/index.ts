// The front door of LogQL's grammar: query text in, a tree of plain nodes or Loki's error sentence out, and back to text.
export type * from './ast.ts';
export { foldLiteral } from './checks/fold-literal.ts';
export { type IpAddress, type IpPattern, parseIpAddress, parseIpPattern } from './checks/ip-pattern.ts';
export { type JsonPath, type ParsedJsonPath, parseJsonPath } from './checks/json-path.ts';
export { type PatternPart, parseLinePattern } from './checks/line-pattern.ts';
export { printStageProblem } from './checks/stages.ts';
export { parseByteSize } from './lexer/byte-size.ts';
export { parseDuration, parseGoDuration, printGoDuration, printRangeDuration } from './lexer/duration.ts';
export { printFloat, printPlain } from './lexer/go-float.ts';
export { quoteGo } from './lexer/go-string.ts';
export {
  type LogqlProblem,
  type ParsedLogql,
  type ParsedSelector,
  parseLogql,
  parseSelectorText,
} from './parse-logql.ts';
export { formatLogql } from './print/format-query.ts';
export { printLogql, printSelector } from './print/print-query.ts';
export { printStage } from './print/print-stage.ts';
