// Pipelines, commands and words of a template: their value for a dot, with calls of functions, methods and fields.
import { BUILTINS } from './builtins.ts';
import { convertValue, convertWord, idealConstant } from './convert.ts';
import { countStep, fail, type Run } from './execution.ts';
import type { Command, Identifier, Pipe, Word } from './node.ts';
import { printWord } from './node.ts';
import { isMap, isObject, isTrue, TemplateFault, type TemplateFunction, typeName, type Value } from './value.ts';

export function evalPipe(run: Run, pipe: Pipe, dot: Value): Value {
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

export function assign(run: Run, name: string, value: Value): void {
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
