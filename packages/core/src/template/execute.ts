// Runs a template's tree over data: steps in, text out, or Go's error sentence thrown as a `TemplateFault`. Bounded in steps, depth and output.
import { BUILTINS } from './builtins.ts';
import { convertValue, convertWord, idealConstant } from './convert.ts';
import type { Command, Identifier, Pipe, Step, Template, Word } from './node.ts';
import { printWord } from './node.ts';
import { printValue } from './print-value.ts';
import { byteLength } from './utf8-text.ts';
import {
  isList,
  isMap,
  isObject,
  isTrue,
  sortedKeys,
  TemplateFault,
  type TemplateFunction,
  type TemplateFunctions,
  typeName,
  type Value,
} from './value.ts';

const MAX_STEPS = 100_000;
const MAX_DEPTH = 100;
/** Of the output, in UTF-16 units: far above any line that Loki takes. */
const MAX_OUTPUT = 4 * 1024 * 1024;

interface Run {
  readonly template: Template;
  readonly functions: TemplateFunctions;
  readonly out: { text: string; steps: number };
  variables: { name: string; value: Value }[];
  depth: number;
}

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

function evalPipe(run: Run, pipe: Pipe, dot: Value): Value {
  let value: Value = null;
  let first = true;
  for (const command of pipe.commands) {
    value = evalCommand(run, command, dot, first ? undefined : { value });
    first = false;
  }
  for (const declared of pipe.declares) {
    const name = declared.path[0] ?? '';
    if (pipe.assigns) assign(run, name, value);
    else run.variables.push({ name, value });
  }
  return value;
}

function assign(run: Run, name: string, value: Value): void {
  const found = run.variables.findLast((one) => one.name === name);
  if (found === undefined) fail(run, undefined, `undefined variable: ${name}`);
  else found.value = value;
}

/** What the command before the pipe sign gave; it becomes the last argument. */
type Final = { readonly value: Value } | undefined;

function evalCommand(run: Run, command: Command, dot: Value, final: Final): Value {
  countStep(run);
  const [first, ...args] = command.words;
  if (first === undefined) return null;
  switch (first.kind) {
    case 'field':
      return evalPath(run, first, dot, first.path, args, dot, final);
    case 'variable':
      return evalPath(run, first, lookUp(run, first.path[0] ?? ''), first.path.slice(1), args, dot, final);
    case 'chain':
      return evalPath(run, first, evalWord(run, first.base, dot), first.path, args, dot, final);
    case 'identifier':
      return callFunction(run, first, command, args, dot, final);
    case 'pipe':
      if (args.length > 0 || final !== undefined)
        return fail(run, first, `can't give argument to non-function ${printWord(first)}`);
      return evalPipe(run, first, dot);
    default:
      if (args.length > 0 || final !== undefined)
        return fail(run, first, `can't give argument to non-function ${printWord(first)}`);
      if (first.kind === 'nil') return fail(run, first, 'nil is not a command');
      return evalWord(run, first, dot);
  }
}

/** The value of a word that takes no arguments. */
function evalWord(run: Run, word: Word, dot: Value): Value {
  switch (word.kind) {
    case 'dot':
      return dot;
    case 'nil':
      return null;
    case 'bool':
      return word.value;
    case 'string':
      return word.text;
    case 'number':
      return idealConstant(word) ?? fail(run, word, `${word.text} overflows int`);
    default:
      return evalCommand(run, { kind: 'command', at: word.at, words: [word] }, dot, undefined);
  }
}

function lookUp(run: Run, name: string): Value {
  return run.variables.findLast((one) => one.name === name)?.value ?? null;
}

function evalPath(
  run: Run,
  word: Word,
  base: Value,
  path: readonly string[],
  args: readonly Word[],
  dot: Value,
  final: Final,
): Value {
  let value = base;
  for (const [index, name] of path.entries()) {
    const last = index === path.length - 1;
    // Of nothing at all a field is nothing; of a key that holds nothing it is a mistake.
    if (value === null && base === null) return null;
    if (value === null) return fail(run, word, `nil pointer evaluating interface {}.${name}`);
    value = evalField(run, word, value, name, last ? args : [], dot, last ? final : undefined);
  }
  if (path.length === 0 && (args.length > 0 || final !== undefined))
    return fail(run, word, `can't give argument to non-function ${printWord(word)}`);
  return value;
}

function evalField(
  run: Run,
  word: Word,
  receiver: Value,
  name: string,
  args: readonly Word[],
  dot: Value,
  final: Final,
): Value {
  const hasArgs = args.length > 0 || final !== undefined;
  if (isMap(receiver)) {
    if (hasArgs) return fail(run, word, `${name} is not a method but has arguments`);
    return receiver.get(name) ?? (receiver.element === 'string' ? '' : null);
  }
  if (isObject(receiver)) {
    const method = receiver.methods.get(name);
    if (method !== undefined) return call(run, name, method, { word, command: word }, args, dot, final);
    const field = receiver.fields.get(name);
    if (field !== undefined && !hasArgs) return field;
  }
  return fail(run, word, `can't evaluate field ${name} in type ${typeName(receiver)}`);
}

function callFunction(
  run: Run,
  word: Identifier,
  command: Command,
  args: readonly Word[],
  dot: Value,
  final: Final,
): Value {
  const { name } = word;
  if (name === 'and' || name === 'or') return evalLogic(run, name, word, args, dot, final);
  const found = run.functions.get(name) ?? BUILTINS.get(name);
  if (found === undefined) return fail(run, word, `"${name}" is not a defined function`);
  return call(run, name, found, { word, command }, args, dot, final);
}

/** `and` and `or` look at no more arguments than they need. */
function evalLogic(
  run: Run,
  name: 'and' | 'or',
  command: Word,
  args: readonly Word[],
  dot: Value,
  final: Final,
): Value {
  if (args.length === 0 && final === undefined)
    return fail(run, command, `wrong number of args for ${name}: want at least 1 got 0`);
  let value: Value = null;
  for (const word of args) {
    value = evalWord(run, word, dot);
    if (isTrue(value) === (name === 'or')) return value;
  }
  return final === undefined ? value : final.value;
}

function call(
  run: Run,
  name: string,
  target: TemplateFunction,
  /** Go blames the name for arguments that do not fit, and the whole command for what the call does. */
  blamed: { readonly word: Word; readonly command: Word | Command },
  args: readonly Word[],
  dot: Value,
  final: Final,
): Value {
  const count = args.length + (final === undefined ? 0 : 1);
  const { parameters, rest } = target;
  if (rest === undefined ? count !== parameters.length : count < parameters.length)
    return fail(
      run,
      blamed.word,
      `wrong number of args for ${name}: want ${rest === undefined ? '' : 'at least '}${parameters.length} got ${count}`,
    );
  const values: Value[] = [];
  for (const [index, word] of args.entries()) {
    const type = parameters[index] ?? rest ?? 'any';
    const converted = convertWord(word, type, () => evalWord(run, word, dot));
    values.push(converted.ok ? converted.value : fail(run, word, converted.problem));
  }
  if (final !== undefined) {
    const converted = convertValue(final.value, parameters[args.length] ?? rest ?? 'any');
    values.push(converted.ok ? converted.value : fail(run, blamed.word, converted.problem));
  }
  try {
    return target.call(values);
  } catch (fault) {
    if (!(fault instanceof TemplateFault)) throw fault;
    return fail(run, blamed.command, `error calling ${name}: ${fault.message}`);
  }
}

function write(run: Run, text: string): void {
  run.out.text += text;
  if (run.out.text.length > MAX_OUTPUT) fail(run, undefined, `the output is longer than ${MAX_OUTPUT} characters`);
}

function countStep(run: Run): void {
  run.out.steps += 1;
  if (run.out.steps > MAX_STEPS) fail(run, undefined, `more than ${MAX_STEPS} steps`);
}

function fail(run: Run, node: Word | Command | undefined, message: string): never {
  const { name, text } = run.template;
  if (node === undefined) throw new TemplateFault(`template: ${name}: ${message}`);
  const before = text.slice(0, node.at);
  const lineStart = before.lastIndexOf('\n');
  const column = lineStart === -1 ? byteLength(before) : byteLength(before.slice(lineStart + 1));
  const line = before.split('\n').length;
  throw new TemplateFault(
    `template: ${name}:${line}:${column}: executing "${name}" at <${printWord(node)}>: ${message}`,
  );
}
