// One execution of a template as it goes on: its output, its variables and its bounds; failures end it.
import type { Command, Template, Word } from './node.ts';
import { printWord } from './node.ts';
import { byteLength } from './utf8-text.ts';
import { TemplateFault, type TemplateFunctions, type Value } from './value.ts';

const MAX_STEPS = 100_000;
/** Of the output, in UTF-16 units: far above any line that Loki takes. */
const MAX_OUTPUT = 4 * 1024 * 1024;

export interface Run {
  readonly template: Template;
  readonly functions: TemplateFunctions;
  readonly out: { text: string; steps: number };
  variables: { name: string; value: Value }[];
  depth: number;
}

export function write(run: Run, text: string): void {
  run.out.text += text;
  if (run.out.text.length > MAX_OUTPUT) fail(run, undefined, `the output is longer than ${MAX_OUTPUT} characters`);
}

export function countStep(run: Run): void {
  run.out.steps += 1;
  if (run.out.steps > MAX_STEPS) fail(run, undefined, `more than ${MAX_STEPS} steps`);
}

export function fail(run: Run, node: Word | Command | undefined, message: string): never {
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
