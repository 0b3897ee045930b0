// A pipeline's stages as SQL over rows: stages in, conditions and the labels behind them out, with what each stage became and why.
import type { Drop, Keep, LabelFormat, Stage } from '@kubewitness/core/logql';
import { labelSql } from '../label-sql.ts';
import { ABSENT, eventLabelSql, isStreamColumn, type LabelSql } from './event-labels.ts';
import { type FindLabel, planCondition } from './plan-condition.ts';
import { listDoubtful, type PartialLabel, planPaths } from './plan-paths.ts';
import { isPlainTemplate, planTemplate } from './plan-template.ts';
import { planLineFilter } from './plan-text.ts';

/**
 * What a row must be for a condition to be true of it: anything; a text (valid UTF-8); a row without structured metadata, which
 * would hide labels; a sound audit event that was collected; of a moment that no pushed row has, so that its place in the order of
 * arrival is known.
 */
export type Need = 'nothing' | 'text' | 'labels' | 'event' | 'moment';

export interface StageCondition {
  readonly sql: string;
  readonly need: Need;
}

export interface StageNote {
  readonly stage: Stage;
  readonly runs: 'engine' | 'both' | 'server';
  readonly why: string;
}

export interface StagesPlan {
  /** Of all rows that a condition is meant for, these are true of those that pass, at least. */
  readonly conditions: readonly StageCondition[];
  /** What a row must be for `exact` to be true of it; a filter that is always true of such rows has no condition. */
  readonly needs: ReadonlySet<Need>;
  /** Exactly those that pass, and `find` knows their labels. */
  readonly exact: boolean;
  readonly parses: boolean;
  /** All members of the line are labels, and none was changed. */
  readonly whole: boolean;
  /** The line behind the stages is another. */
  readonly rewrites: boolean;
  readonly find: FindLabel;
  /** Labels that SQL cannot print in some rows; conditions are true of those. */
  readonly partial: readonly PartialLabel[];
  readonly notes: readonly StageNote[];
}

const text = (sql: string): LabelSql => ({ kind: 'text', sql });
const ERRORS: ReadonlySet<string> = new Set(['__error__', '__error_details__']);

const ofStream: FindLabel = (name) => (ERRORS.has(name) ? ABSENT : text(labelSql(name)));
const ofEvent: FindLabel = (name) => {
  if (ERRORS.has(name)) return ABSENT;
  return isStreamColumn(name) ? text(labelSql(name)) : eventLabelSql(name);
};

/** Nothing but paths is read: of an event that was collected only the stream's labels are there. */
const ofPaths: FindLabel = (name) => (isStreamColumn(name) ? text(labelSql(name)) : ABSENT);

/** `__error__=""` on rows where nothing fails. */
const ALWAYS = "'' = ''";

const UNREAD: Readonly<Record<string, string>> = {
  logfmt: 'logfmt is read by the server',
  regexp: 'the captures of a regexp are read by the server',
  pattern: 'the captures of a pattern are read by the server',
  unpack: 'packed lines are read by the server',
  lineFormat: 'templates that may fail are run by the server',
  decolorize: 'colours are taken out by the server',
};

function planTargets({ kind, targets }: Drop | Keep, find: FindLabel): FindLabel | undefined {
  if (targets.some((target) => target.kind !== 'labelName')) return undefined;
  const names = new Set(targets.map((target) => target.name));
  const gone = kind === 'drop' ? (name: string) => names.has(name) : (name: string) => !names.has(name);
  return (name) => (gone(name) && !ERRORS.has(name) ? ABSENT : find(name));
}

/** Renaming into a label that may be there already depends on whether the other is there, which columns do not say. */
function planRenames({ assignments }: LabelFormat, find: FindLabel): FindLabel | undefined {
  let known = find;
  // All templates of one stage see the labels as the first of them met them.
  let view: FindLabel | undefined;
  for (const assignment of assignments) {
    if (assignment.kind === 'template') {
      view ??= known;
      const before = known;
      const printed = ERRORS.has(assignment.label) ? undefined : planTemplate(assignment.template, view);
      if (printed === undefined) return undefined;
      known = (name) => (name === assignment.label ? printed : before(name));
      continue;
    }
    const { label, source } = assignment;
    if (ERRORS.has(label) || ERRORS.has(source) || label === source) return undefined;
    const before = known;
    if (before(label) !== ABSENT || before(source) === undefined) return undefined;
    known = (name) => (name === label ? before(source) : name === source ? ABSENT : before(name));
  }
  return known;
}

/** Whether a stage may keep an entry from being answered. */
export const mayDrop = (stages: readonly Stage[]): boolean =>
  stages.some(({ kind }) => kind === 'lineFilter' || kind === 'labelFilter');

export function planStages(stages: readonly Stage[]): StagesPlan {
  const conditions: StageCondition[] = [];
  const needs = new Set<Need>();
  const notes: StageNote[] = [];
  const partial: PartialLabel[] = [];
  let exact = true;
  let parses = false;
  let readsAll = false;
  let edited = false;
  let rewrites = false;
  let stopped = false;
  let find = ofStream;

  const note = (stage: Stage, runs: StageNote['runs'], why: string) => {
    notes.push({ stage, runs, why });
    if (runs !== 'engine') exact = false;
  };
  const stop = (stage: Stage, why: string) => {
    note(stage, 'server', why);
    stopped = true;
  };
  const edit = (stage: Stage, changed: FindLabel | undefined, why: string) => {
    if (changed === undefined) return stop(stage, why);
    find = changed;
    edited = true;
    note(stage, 'engine', 'other names for columns');
  };

  for (const stage of stages) {
    if (stopped) {
      note(stage, 'server', 'stands behind a stage of the server');
      continue;
    }
    switch (stage.kind) {
      case 'lineFilter': {
        if (rewrites) {
          note(stage, 'server', 'reads what a stage before it wrote');
          break;
        }
        const planned = planLineFilter(stage);
        if (planned === undefined) {
          note(stage, 'server', 'this filter is no condition of SQL');
          break;
        }
        const need = planned.reads === 'text' ? 'text' : 'nothing';
        needs.add(need);
        conditions.push({ sql: planned.sql, need });
        note(stage, planned.exact ? 'engine' : 'both', planned.exact ? planned.sql : `at least ${planned.sql}`);
        break;
      }
      case 'json':
        if (rewrites) stop(stage, 'reads what a stage before it wrote');
        else if (stage.extractions.length > 0) {
          const changed = edited && !parses ? undefined : planPaths(stage, parses ? find : ofPaths);
          parses = true;
          partial.push(...(changed?.partial ?? []));
          edit(stage, changed?.find, 'leads to what is no column, or a name is taken');
        } else if (edited && !readsAll) stop(stage, 'labels were changed before it');
        else {
          if (!readsAll) find = ofEvent;
          parses = true;
          readsAll = true;
          note(stage, 'engine', 'fields of an audit event are columns');
        }
        break;
      case 'labelFilter': {
        // What a filter of the server marked as failed is not known here.
        const known = exact ? find : (name: string) => (ERRORS.has(name) ? undefined : find(name));
        const planned = planCondition(stage.condition, known);
        if (planned === undefined) {
          note(stage, 'server', 'compares what has no column, or not as text');
          break;
        }
        const need = parses ? 'event' : 'labels';
        needs.add(need);
        const sql = [planned.sql, ...listDoubtful(partial, [planned.sql])].join(' OR ');
        if (sql !== ALWAYS) conditions.push({ sql: sql === planned.sql ? sql : `(${sql})`, need });
        note(stage, planned.exact ? 'engine' : 'both', planned.exact ? planned.sql : `at least ${planned.sql}`);
        break;
      }
      case 'drop':
      case 'keep':
        edit(stage, planTargets(stage, find), 'chooses labels by their values');
        break;
      case 'labelFormat':
        edit(
          stage,
          planRenames(stage, find),
          'templates that do more than print labels, and names that are taken, are of the server',
        );
        break;
      case 'lineFormat':
        if (!isPlainTemplate(stage.template)) stop(stage, UNREAD['lineFormat'] ?? '');
        else {
          rewrites = true;
          note(stage, 'engine', 'cannot fail, and neither labels nor the number of lines depend on it');
        }
        break;
      default:
        stop(stage, UNREAD[stage.kind] ?? 'only the server knows this stage');
    }
  }
  return { conditions, needs, exact, parses, whole: readsAll && !edited, rewrites, find, partial, notes };
}
