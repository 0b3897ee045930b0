// A pipeline's stages as SQL over rows: stages in, conditions and the labels behind them out, with what each stage became and why.
import type { Drop, Keep, LabelFormat, Stage } from '@kubewitness/core/logql';
import { labelSql } from '../label-sql.ts';
import { ABSENT, eventLabelSql, isStreamColumn, type LabelSql } from './event-labels.ts';
import { type FindLabel, planCondition } from './plan-condition.ts';
import { planLineFilter } from './plan-text.ts';

/**
 * What a row must be for a condition to be true of it: anything; a text (valid UTF-8); a row without structured metadata, which
 * would hide labels; a sound audit event that was collected.
 */
export type Need = 'nothing' | 'text' | 'labels' | 'event';

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
  readonly find: FindLabel;
  readonly notes: readonly StageNote[];
}

const text = (sql: string): LabelSql => ({ kind: 'text', sql });
const ERRORS: ReadonlySet<string> = new Set(['__error__', '__error_details__']);

const ofStream: FindLabel = (name) => (ERRORS.has(name) ? ABSENT : text(labelSql(name)));
const ofEvent: FindLabel = (name) => {
  if (ERRORS.has(name)) return ABSENT;
  return isStreamColumn(name) ? text(labelSql(name)) : eventLabelSql(name);
};

/** `__error__=""` on rows where nothing fails. */
const ALWAYS = "'' = ''";

const UNREAD: Readonly<Record<string, string>> = {
  logfmt: 'logfmt is read by the server',
  regexp: 'the captures of a regexp are read by the server',
  pattern: 'the captures of a pattern are read by the server',
  unpack: 'packed lines are read by the server',
  lineFormat: 'templates are run by the server',
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
  for (const assignment of assignments) {
    if (assignment.kind !== 'rename') return undefined;
    const { label, source } = assignment;
    if (ERRORS.has(label) || ERRORS.has(source) || label === source) return undefined;
    const before = known;
    if (before(label) !== ABSENT || before(source) === undefined) return undefined;
    known = (name) => (name === label ? before(source) : name === source ? ABSENT : before(name));
  }
  return known;
}

export function planStages(stages: readonly Stage[]): StagesPlan {
  const conditions: StageCondition[] = [];
  const needs = new Set<Need>();
  const notes: StageNote[] = [];
  let exact = true;
  let parses = false;
  let edited = false;
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
        if (stage.extractions.length > 0) stop(stage, 'paths into the line are read by the server');
        else if (edited && !parses) stop(stage, 'labels were changed before it');
        else {
          if (!parses) find = ofEvent;
          parses = true;
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
        if (planned.sql !== ALWAYS) conditions.push({ sql: planned.sql, need });
        note(stage, planned.exact ? 'engine' : 'both', planned.exact ? planned.sql : `at least ${planned.sql}`);
        break;
      }
      case 'drop':
      case 'keep':
        edit(stage, planTargets(stage, find), 'chooses labels by their values');
        break;
      case 'labelFormat':
        edit(stage, planRenames(stage, find), 'templates, and names that are taken, are of the server');
        break;
      default:
        stop(stage, UNREAD[stage.kind] ?? 'only the server knows this stage');
    }
  }
  return { conditions, needs, exact, parses, find, notes };
}
