// The front of the engine: template text and functions in, something to run over data out; failures are values with Go's sentences.
import { BUILTINS } from './builtins.ts';
import { executeTemplate } from './execute.ts';
import type { Pipe, Step, Template, Word } from './node.ts';
import { parseTemplate } from './parse-template.ts';
import { TemplateFault, type TemplateFunctions, type Value } from './value.ts';

export type TemplateCompilation =
  | { readonly ok: true; readonly template: CompiledTemplate }
  | { readonly ok: false; readonly problem: string };

export type TemplateOutput =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

export interface CompiledTemplate {
  /** First names of the fields the template reads: `a` of `{{.a.b}}`. Loki parses only what somebody reads. */
  readonly fields: readonly string[];
  readonly run: (data: Value) => TemplateOutput;
}

/** `name` is what Go's errors call the template. */
export function compileTemplate(name: string, text: string, functions: TemplateFunctions): TemplateCompilation {
  try {
    const template = parseTemplate(name, text, (called) => functions.has(called) || BUILTINS.has(called));
    return {
      ok: true,
      template: { fields: listFields(template), run: (data) => runTemplate(template, functions, data) },
    };
  } catch (fault) {
    return { ok: false, problem: faultText(fault) };
  }
}

function runTemplate(template: Template, functions: TemplateFunctions, data: Value): TemplateOutput {
  try {
    return { ok: true, text: executeTemplate(template, functions, data) };
  } catch (fault) {
    return { ok: false, problem: faultText(fault) };
  }
}

function faultText(fault: unknown): string {
  if (fault instanceof TemplateFault) return fault.message;
  throw fault;
}

function listFields(template: Template): string[] {
  const fields = new Set<string>();
  const visitWord = (word: Word) => {
    if (word.kind === 'field' && word.path[0] !== undefined) fields.add(word.path[0]);
    if (word.kind === 'chain') visitWord(word.base);
    if (word.kind === 'pipe') visitPipe(word);
  };
  const visitPipe = (pipe: Pipe) => {
    for (const command of pipe.commands) for (const word of command.words) visitWord(word);
  };
  const visit = (steps: readonly Step[]) => {
    for (const step of steps) {
      if ('pipe' in step && step.pipe !== undefined) visitPipe(step.pipe);
      if ('body' in step) visit([...step.body, ...(step.otherwise ?? [])]);
    }
  };
  visit(template.body);
  for (const steps of template.defined.values()) visit(steps);
  return [...fields];
}
