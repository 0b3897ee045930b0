// Runs a template's tree over data: steps in, text out, or Go's error sentence thrown as a `TemplateFault`. Bounded in steps, depth and output.
import { assign, evalPipe } from './evaluate.ts';
import { countStep, fail, type Run, write } from './execution.ts';
import type { Pipe, Step, Template } from './node.ts';
import { printValue } from './print-value.ts';
import { isList, isMap, isTrue, sortedKeys, type TemplateFunctions, type Value } from './value.ts';

const MAX_DEPTH = 100;

type Jump = 'break' | 'continue' | undefined;

export function executeTemplate(template: Template, functions: TemplateFunctions, data: Value): string {
  const run: Run = {
    template,
    functions,
    out: { text: '', steps: 0 },
    variables: [{ name: '$', value: data }],
    depth: 0,
  };
  runSteps(run, template.body, data);
  return run.out.text;
}

function runSteps(run: Run, steps: readonly Step[], dot: Value): Jump {
  const mark = run.variables.length;
  for (const step of steps) {
    const jump = runStep(run, step, dot);
    if (jump !== undefined) return jump;
  }
  run.variables.length = mark;
  return undefined;
}

function runStep(run: Run, step: Step, dot: Value): Jump {
  countStep(run);
  switch (step.kind) {
    case 'text':
      write(run, step.text);
      return undefined;
    case 'action': {
      const value = evalPipe(run, step.pipe, dot);
      if (step.pipe.declares.length === 0) write(run, value === null ? '<no value>' : printValue(value));
      return undefined;
    }
    case 'if':
    case 'with': {
      const mark = run.variables.length;
      const value = evalPipe(run, step.pipe, dot);
      const truth = isTrue(value);
      const jump = truth
        ? runSteps(run, step.body, step.kind === 'with' ? value : dot)
        : runSteps(run, step.otherwise ?? [], dot);
      run.variables.length = mark;
      return jump;
    }
    case 'range':
      runRange(run, step, dot);
      return undefined;
    case 'template': {
      const body = run.template.defined.get(step.name);
      if (body === undefined) return fail(run, undefined, `template "${step.name}" not defined`);
      if (run.depth >= MAX_DEPTH) return fail(run, undefined, `exceeded maximum template depth (${MAX_DEPTH})`);
      const value = step.pipe === undefined ? null : evalPipe(run, step.pipe, dot);
      const variables = run.variables;
      run.variables = [{ name: '$', value }];
      run.depth += 1;
      runSteps(run, body, value);
      run.depth -= 1;
      run.variables = variables;
      return undefined;
    }
    default:
      return step.kind;
  }
}

function runRange(run: Run, step: Step & { kind: 'range' | 'if' | 'with' }, dot: Value): void {
  const mark = run.variables.length;
  const subject = evalPipe(run, { ...step.pipe, declares: [] }, dot);
  let count = 0;
  for (const [key, item] of iterate(run, step.pipe, subject)) {
    count += 1;
    countStep(run);
    const names = step.pipe.declares.map((one) => one.path[0] ?? '');
    const [first, second] = names;
    const values: [string, Value][] =
      second === undefined
        ? [[first ?? '', item]]
        : [
            [first ?? '', key],
            [second, item],
          ];
    if (first !== undefined)
      for (const [name, value] of values) {
        if (step.pipe.assigns) assign(run, name, value);
        else run.variables.push({ name, value });
      }
    const jump = runSteps(run, step.body, item);
    run.variables.length = mark;
    if (jump === 'break') break;
  }
  if (count === 0 && step.otherwise !== undefined) runSteps(run, step.otherwise, dot);
  run.variables.length = mark;
}

function* iterate(run: Run, pipe: Pipe, subject: Value): Generator<[Value, Value]> {
  if (subject === null) return;
  if (isList(subject)) for (const [index, item] of subject.entries()) yield [BigInt(index), item];
  else if (isMap(subject)) for (const key of sortedKeys(subject)) yield [key, subject.get(key) ?? null];
  else if (typeof subject === 'bigint') for (let i = 0n; i < subject; i += 1n) yield [i, i];
  else fail(run, pipe, `range can't iterate over ${printValue(subject)}`);
}
