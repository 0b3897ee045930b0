// `| regexp` and `| pattern`: parts of the line in, labels by the names of groups and captures out.
import { RE2JS } from 're2js';
import type { PatternParser, RegexpParser } from '../syntax/ast.ts';
import { findParserPatternProblem, parseLinePattern } from '../syntax/checks/line-pattern.ts';
import { findNamedGroupsProblem } from '../syntax/checks/regexp.ts';
import { sanitizeLabelName } from './label-name.ts';
import type { LabelState, StageRun } from './label-state.ts';
import { chooseName, keepFind, type ParserHints } from './parser-hints.ts';
import { capturePattern } from './pattern.ts';

export type TextParserCompilation =
  | { readonly ok: true; readonly run: StageRun }
  | { readonly ok: false; readonly message: string };

export function compileRegexp(stage: RegexpParser, hints: ParserHints): TextParserCompilation {
  const fault = findNamedGroupsProblem(stage.expression);
  if (fault !== undefined) return { ok: false, message: `invalid regexp parser: ${fault}` };
  const regexp = RE2JS.compile(stage.expression);
  const groups = Object.entries(regexp.namedGroups())
    .map(([name, index]) => ({ name: sanitizeLabelName(name), index }))
    .sort((left, right) => left.index - right.index);
  return {
    ok: true,
    run: (state) => {
      // Asking only whether it matches is much cheaper than asking where the groups are.
      if (hints.none || !regexp.test(state.line)) return true;
      const matcher = regexp.matcher(state.line);
      if (!matcher.find()) return true;
      for (const { name, index } of groups) if (keep(state, hints, name, matcher.group(index) ?? '')) return true;
      return true;
    },
  };
}

export function compilePattern(stage: PatternParser, hints: ParserHints): TextParserCompilation {
  const parts = parseLinePattern(stage.expression);
  const fault = findParserPatternProblem(stage.expression);
  if (fault !== undefined) return { ok: false, message: `invalid pattern parser: ${fault}` };
  return {
    ok: true,
    run: (state) => {
      if (hints.none) return true;
      for (const [name, value] of capturePattern(parts, state.line)) if (keep(state, hints, name, value)) return true;
      return true;
    },
  };
}

function keep(state: LabelState, hints: ParserHints, key: string, value: string): boolean {
  const name = chooseName(state, hints, key);
  return name !== undefined && keepFind(state, hints, name, value);
}
