// The stages of a query in, one function that takes an entry through them out; compiled once, run per entry.
import type { LabelFilter, Stage, UnwrapValue } from '../syntax/ast.ts';
import { decolorize } from './decolorize.ts';
import { compileDrop, compileKeep } from './drop-keep.ts';
import type { CompiledPipeline, PipelineOptions } from './entry.ts';
import { compileLabelFormat, compileLineFormat } from './format-stage.ts';
import { compileJsonPaths } from './json-paths.ts';
import { compileJson, compileUnpack } from './json-stage.ts';
import { compileCondition, listConditionLabels } from './label-filter.ts';
import { finishState, getLabel, type LabelState, type StageRun, setError, startState } from './label-state.ts';
import { compileLineFilter } from './line-filter.ts';
import { compileLogfmt } from './logfmt-stage.ts';
import { chooseHints, type ParserHints } from './parser-hints.ts';
import { compilePattern, compileRegexp } from './text-parsers.ts';
import { readUnwrap } from './unwrap.ts';

const SAMPLE_ERROR = 'SampleExtractionErr';

type StageCompilation =
  | { readonly ok: true; readonly run: StageRun }
  | { readonly ok: false; readonly message: string };

export function compilePipeline(stages: readonly Stage[], options: PipelineOptions = {}): CompiledPipeline {
  const { unwrap, nowNanos = () => 0n } = options;
  const hints = chooseHints(options.wanted, listUsedLabels(stages, unwrap, nowNanos));
  const runs: StageRun[] = [];
  for (const stage of stages) {
    const compiled = compileStage(stage, hints, nowNanos);
    if (!compiled.ok) return { ok: false, problem: { stage, message: compiled.message } };
    runs.push(compiled.run);
  }
  if (unwrap !== undefined) runs.push((state) => unwrapLabel(state, unwrap));
  for (const filter of unwrap?.filters ?? []) {
    const compiled = compileCondition(filter.condition);
    if (!compiled.ok) return { ok: false, problem: { stage: filter, message: compiled.message } };
    runs.push(compiled.run);
  }
  return {
    ok: true,
    run: (entry) => {
      const state = startState(entry);
      for (const run of runs) if (!run(state)) return undefined;
      return finishState(state, hints.errorWanted);
    },
  };
}

function compileStage(stage: Stage, hints: ParserHints, nowNanos: () => bigint): StageCompilation {
  switch (stage.kind) {
    case 'lineFilter':
      return compileLineFilter(stage);
    case 'json':
      return stage.extractions.length > 0
        ? compileJsonPaths(stage.extractions, hints)
        : { ok: true, run: compileJson(hints) };
    case 'logfmt':
      return { ok: true, run: compileLogfmt(stage, hints) };
    case 'regexp':
      return compileRegexp(stage, hints);
    case 'pattern':
      return compilePattern(stage, hints);
    case 'unpack':
      return { ok: true, run: compileUnpack(hints) };
    case 'labelFilter':
      return compileCondition(stage.condition);
    case 'lineFormat':
      return compileLineFormat(stage, nowNanos);
    case 'labelFormat':
      return compileLabelFormat(stage, nowNanos);
    case 'drop':
      return { ok: true, run: compileDrop(stage.targets) };
    case 'keep':
      return { ok: true, run: compileKeep(stage.targets) };
    case 'decolorize':
      return { ok: true, run: decolorize };
  }
}

/** Entries without the label do not count; those whose value is no number count as 0 and are marked. */
function unwrapLabel(state: LabelState, unwrap: UnwrapValue): boolean {
  const text = getLabel(state, unwrap.label);
  if (text === undefined) return false;
  const read = readUnwrap(text, unwrap.conversion);
  state.value = read.ok ? read.value : 0;
  if (!read.ok) setError(state, SAMPLE_ERROR, read.details);
  return true;
}

/** Labels that the stages read themselves. Templates that do not compile read nothing; they are refused a moment later. */
function listUsedLabels(stages: readonly Stage[], unwrap: UnwrapValue | undefined, nowNanos: () => bigint): string[] {
  const ofFilter = (filter: LabelFilter) => listConditionLabels(filter.condition);
  const used = stages.flatMap((stage) => {
    if (stage.kind === 'labelFilter') return ofFilter(stage);
    if (stage.kind !== 'lineFormat' && stage.kind !== 'labelFormat') return [];
    const compiled =
      stage.kind === 'lineFormat' ? compileLineFormat(stage, nowNanos) : compileLabelFormat(stage, nowNanos);
    return compiled.ok ? compiled.labels : [];
  });
  return unwrap === undefined ? used : [...used, ...unwrap.filters.flatMap(ofFilter), unwrap.label];
}
