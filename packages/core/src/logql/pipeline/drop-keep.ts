// `| drop` and `| keep`: names, or names with a matcher, in; fewer labels out.
import type { LabelTarget } from '../syntax/ast.ts';
import {
  deleteLabel,
  ERROR_DETAILS_LABEL,
  ERROR_LABEL,
  eachLabel,
  getLabel,
  type LabelState,
  type StageRun,
} from './label-state.ts';
import { compileMatcher } from './matcher.ts';

interface Target {
  readonly name: string;
  readonly test: (value: string) => boolean;
}

export function compileDrop(targets: readonly LabelTarget[]): StageRun {
  const compiled = targets.map(compileTarget);
  return (state) => {
    for (const { name, test } of compiled) dropLabel(state, name, test);
    return true;
  };
}

/** Errors stay: they are no labels of the line. */
export function compileKeep(targets: readonly LabelTarget[]): StageRun {
  const compiled = targets.map(compileTarget);
  return (state) => {
    const labels = [...eachLabel(state)];
    for (const [name, value] of labels)
      if (!compiled.some((target) => target.name === name && target.test(value))) deleteLabel(state, name);
    return true;
  };
}

function compileTarget(target: LabelTarget): Target {
  const test = target.kind === 'matcher' ? compileMatcher(target.operator, target.value) : () => true;
  return { name: target.name, test };
}

function dropLabel(state: LabelState, name: string, test: (value: string) => boolean): void {
  if (name === ERROR_LABEL) {
    if (test(state.error)) state.error = '';
  } else if (name === ERROR_DETAILS_LABEL) {
    if (test(state.errorDetails)) state.errorDetails = '';
  } else {
    const value = getLabel(state, name);
    if (value !== undefined && test(value)) deleteLabel(state, name);
  }
}
