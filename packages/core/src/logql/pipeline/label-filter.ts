// `| level="error" and took > 1s`: a condition in, a test of labels out. Values that do not convert keep the line and mark it.
import type { Condition, IpComparison, LabelComparison, StringComparison, ValueOperator } from '../syntax/ast.ts';
import { findRegexpProblem } from '../syntax/checks/regexp.ts';
import { type Parsed, parseByteSize, parseFloat64, parseGoDuration } from './go-parse.ts';
import { compileIpPattern } from './ip-address.ts';
import { ERROR_LABEL, getLabel, type LabelState, type StageRun, setError } from './label-state.ts';
import { compileMatcher } from './matcher.ts';

const LABEL_FILTER_ERROR = 'LabelFilterErr';

export type LabelFilterCompilation =
  | { readonly ok: true; readonly run: StageRun }
  | { readonly ok: false; readonly message: string };

export function compileCondition(condition: Condition): LabelFilterCompilation {
  if (condition.kind !== 'and' && condition.kind !== 'or') return compileComparison(condition);
  const left = compileCondition(condition.left);
  if (!left.ok) return left;
  const right = compileCondition(condition.right);
  if (!right.ok) return right;
  if (condition.kind === 'or') return { ok: true, run: (state) => left.run(state) || right.run(state) };
  return { ok: true, run: (state) => left.run(state) && right.run(state) };
}

/** Names of the labels a condition reads. */
export function listConditionLabels(condition: Condition): string[] {
  if (condition.kind !== 'and' && condition.kind !== 'or') return [condition.label];
  return [...listConditionLabels(condition.left), ...listConditionLabels(condition.right)];
}

function compileComparison(comparison: LabelComparison): LabelFilterCompilation {
  switch (comparison.kind) {
    case 'string':
      return compileString(comparison);
    case 'ip':
      return compileIp(comparison);
    case 'number':
      return compileValue(comparison, parseFloat64, comparison.value);
    case 'bytes':
      return compileValue(comparison, parseByteSize, comparison.bytes);
    case 'duration':
      return compileValue(comparison, parseGoDuration, comparison.nanos);
  }
}

function compileString({ label, operator, value }: StringComparison): LabelFilterCompilation {
  const message = operator === '=~' || operator === '!~' ? findRegexpProblem(value) : undefined;
  if (message !== undefined) return { ok: false, message };
  const test = compileMatcher(operator, value);
  if (label === ERROR_LABEL) return { ok: true, run: (state) => test(state.error) };
  // `__error_details__` is a label like any other here: only one that a stage wrote is found.
  return { ok: true, run: (state) => test(getLabel(state, label) ?? '') };
}

/** Any address inside the value counts. A line that already failed passes: nothing can be said of its labels. */
function compileIp({ label, operator, value }: IpComparison): LabelFilterCompilation {
  const test = compileIpPattern(value);
  const wanted = operator === '=';
  return {
    ok: true,
    run: (state) => {
      if (state.error !== '') return true;
      const text = getLabel(state, label);
      if (text === undefined) return false;
      // The parser refuses such a filter where it stands alone; inside `and` and `or`, or behind `unwrap`, nothing matches it.
      return test !== undefined && test(text) === wanted;
    },
  };
}

function compileValue<T extends number | bigint>(
  { label, operator }: { readonly label: string; readonly operator: ValueOperator },
  parse: (text: string) => Parsed<T>,
  limit: T,
): LabelFilterCompilation {
  return {
    ok: true,
    run: (state) => {
      const text = getLabel(state, label);
      if (text === undefined) return false;
      const parsed = parse(text);
      if (!parsed.ok) markFailed(state, parsed.details);
      return !parsed.ok || compare(parsed.value, operator, limit);
    },
  };
}

/** The first thing that went wrong is the one to tell. */
function markFailed(state: LabelState, details: string): void {
  if (state.error === '') setError(state, LABEL_FILTER_ERROR, details);
}

function compare<T extends number | bigint>(value: T, operator: ValueOperator, limit: T): boolean {
  switch (operator) {
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
  }
}
