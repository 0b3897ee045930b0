// `|=`, `!=`, `|~`, `!~`, `|>`, `!>` with alternatives: the filter in, a test of lines out.
import { goQuote } from '../../template/index.ts';
import type { LineFilter, LineFilterAlternative } from '../syntax/ast.ts';
import { findFilterPatternProblem, parseLinePattern } from '../syntax/checks/line-pattern.ts';
import { findRegexpProblem } from '../syntax/checks/regexp.ts';
import { compileIpPattern } from './ip-address.ts';
import type { StageRun } from './label-state.ts';
import { matchesPattern } from './pattern.ts';
import { compileSearch, type TextTest } from './text-match.ts';

export type LineFilterCompilation =
  | { readonly ok: true; readonly run: StageRun }
  | { readonly ok: false; readonly message: string };

type TestCompilation =
  | { readonly ok: true; readonly test: TextTest }
  | { readonly ok: false; readonly message: string };

export function compileLineFilter(filter: LineFilter): LineFilterCompilation {
  const tests: TextTest[] = [];
  for (const alternative of filter.alternatives) {
    const compiled = compileAlternative(filter, alternative);
    if (!compiled.ok) return compiled;
    tests.push(compiled.test);
  }
  const wanted = filter.operator.startsWith('|');
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return { ok: true, run: (state) => only(state.line) === wanted };
  return { ok: true, run: (state) => tests.some((test) => test(state.line)) === wanted };
}

function compileAlternative(filter: LineFilter, { kind, value }: LineFilterAlternative): TestCompilation {
  if (kind === 'ip') {
    const test = compileIpPattern(value);
    return test === undefined ? { ok: false, message: `ip: invalid pattern: ${goQuote(value)}` } : { ok: true, test };
  }
  switch (filter.operator) {
    case '|=':
    case '!=':
      return { ok: true, test: (line) => line.includes(value) };
    case '|~':
    case '!~':
      return compileRegexp(value);
    default: {
      const parts = parseLinePattern(value);
      const fault = findFilterPatternProblem(value);
      return fault === undefined
        ? { ok: true, test: (line) => matchesPattern(parts, line) }
        : { ok: false, message: fault };
    }
  }
}

function compileRegexp(expression: string): TestCompilation {
  const message = findRegexpProblem(expression);
  return message === undefined ? { ok: true, test: compileSearch(expression) } : { ok: false, message };
}
