// `| line_format` and `| label_format`: templates over the labels in, a new line or new labels out.
import { type CompiledTemplate, compileTemplate, type GoMap } from '../../template/index.ts';
import type { LabelFormat, LineFormat } from '../syntax/ast.ts';
import {
  deleteLabel,
  ERROR_DETAILS_LABEL,
  ERROR_LABEL,
  eachLabel,
  getLabel,
  type LabelState,
  originOf,
  type StageRun,
  setError,
  setLabel,
  shownDetails,
} from './label-state.ts';
import { createLineFunctions, type LineMoment } from './line-functions.ts';

const TEMPLATE_ERROR = 'TemplateFormatErr';

export type FormatCompilation =
  | { readonly ok: true; readonly run: StageRun /** Labels the templates read. */; readonly labels: readonly string[] }
  | { readonly ok: false; readonly message: string };

export function compileLineFormat(stage: LineFormat, nowNanos: () => bigint): FormatCompilation {
  const moment: LineMoment = { line: '', timeNanos: 0n };
  const compiled = compileTemplate('line', stage.template, createLineFunctions(moment, nowNanos));
  if (!compiled.ok) return { ok: false, message: `invalid line template: ${compiled.problem}` };
  const { template } = compiled;
  return {
    ok: true,
    labels: template.fields,
    run: (state) => {
      const text = render(state, template, moment, viewLabels(state));
      if (text !== undefined) state.line = text;
      return true;
    },
  };
}

export function compileLabelFormat(stage: LabelFormat, nowNanos: () => bigint): FormatCompilation {
  const moment: LineMoment = { line: '', timeNanos: 0n };
  const functions = createLineFunctions(moment, nowNanos);
  const labels: string[] = [];
  const edits: ((state: LabelState, view: () => GoMap) => void)[] = [];
  for (const assignment of stage.assignments) {
    const { label } = assignment;
    if (assignment.kind === 'rename') {
      labels.push(assignment.source);
      edits.push((state) => renameLabel(state, assignment.source, label));
      continue;
    }
    const compiled = compileTemplate('label', assignment.template, functions);
    if (!compiled.ok) return { ok: false, message: `invalid template for label '${label}': ${compiled.problem}` };
    const { template } = compiled;
    labels.push(...template.fields);
    edits.push((state, view) => {
      const text = render(state, template, moment, view());
      if (text === undefined) return;
      setLabel(state, 'parsed', label, text);
      state.extracted.add(label);
    });
  }
  return {
    ok: true,
    labels,
    run: (state) => {
      // All templates of one stage see the labels as the first of them met them.
      let copy: GoMap | undefined;
      const view = () => {
        copy ??= copyLabels(state);
        return copy;
      };
      for (const edit of edits) edit(state, view);
      return true;
    },
  };
}

function render(state: LabelState, template: CompiledTemplate, moment: LineMoment, labels: GoMap): string | undefined {
  moment.line = state.line;
  moment.timeNanos = state.entry.timeNanos;
  const output = template.run(labels);
  if (output.ok) return output.text;
  setError(state, TEMPLATE_ERROR, output.problem);
  return undefined;
}

function renameLabel(state: LabelState, source: string, label: string): void {
  const value = getLabel(state, source);
  const origin = originOf(state, source);
  if (value === undefined || origin === undefined) return;
  setLabel(state, origin, label, value);
  // A later parser leaves the name alone, as one that was parsed.
  if (origin === 'parsed') state.extracted.add(label);
  // Also where both are the same: then the label is gone.
  deleteLabel(state, source);
}

/** The labels as a template sees them, errors among them; read when asked for. */
function viewLabels(state: LabelState): GoMap {
  return {
    kind: 'map',
    element: 'string',
    get: (name) => getLabel(state, name) ?? errorLabel(state, name),
    keys: () => [...allLabels(state).keys()],
  };
}

function copyLabels(state: LabelState): GoMap {
  const labels = allLabels(state);
  return { kind: 'map', element: 'string', get: (name) => labels.get(name), keys: () => [...labels.keys()] };
}

function allLabels(state: LabelState): Map<string, string> {
  const labels = new Map(eachLabel(state));
  for (const name of [ERROR_LABEL, ERROR_DETAILS_LABEL]) {
    const value = errorLabel(state, name);
    if (value !== undefined) labels.set(name, value);
  }
  return labels;
}

function errorLabel(state: LabelState, name: string): string | undefined {
  const value = name === ERROR_LABEL ? state.error : name === ERROR_DETAILS_LABEL ? shownDetails(state) : '';
  return value === '' ? undefined : value;
}
