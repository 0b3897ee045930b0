// Which rows a plan's SQL may answer for, and which are left to the reference: what is needed of a row and what is known of all in, two conditions out.
import { quoteInteger } from '../../../store/index.ts';
import { printTimeRange } from '../label-sql.ts';
import type { Need } from './plan-stages.ts';
import { overlaps, printOddTimes, type RowFacts } from './row-facts.ts';

export interface Range {
  readonly startNanos: bigint;
  /** Exclusive. */
  readonly endNanos: bigint;
}

export interface RowSplit {
  /** True of the rows that SQL answers for. */
  readonly sound: readonly string[];
  /** True of the others; undefined when there are none. */
  readonly rest: string | undefined;
}

/** Why a row is not what is needed, as conditions; each is there only where such rows can be. */
function listDoubts(need: Need, facts: RowFacts, { startNanos, endNanos }: Range): readonly string[] {
  const doubts: string[] = [];
  const mayBePushed = facts.hasUnchecked || overlaps(facts.pushed, startNanos, endNanos);
  if (need === 'event' && mayBePushed) doubts.push("source_kind = 'push'");
  // Of one moment, the reference's rows come after the engine's: right for later batches, and odd rows take theirs along.
  if (need === 'moment' && overlaps(facts.pushed, startNanos, endNanos)) {
    doubts.push(
      `time IN (SELECT time FROM records WHERE ${printTimeRange({ startNanos, endNanos })} AND source_kind = 'push')`,
    );
  }
  if (need === 'labels' && mayBePushed) doubts.push('notEmpty(metadata)');
  if (need !== 'labels' && overlaps(facts.odd, startNanos, endNanos)) {
    doubts.push(`time IN (${printOddTimes(startNanos, endNanos)})`);
  }
  return doubts;
}

/** For questions that any row can answer nothing needs to be known, and nobody is waited for. */
export const NO_FACTS: RowFacts = {
  ...{ checkedBatch: 0, hasUnchecked: false },
  ...{ pushed: undefined, odd: undefined, labels: undefined },
};

export const needsFacts = (needs: ReadonlySet<Need>): boolean => [...needs].some((need) => need !== 'nothing');

/** `more`: of sound rows, those that are left all the same. */
export function splitRows(
  needs: ReadonlySet<Need>,
  facts: RowFacts,
  range: Range,
  more: readonly string[] = [],
): RowSplit {
  const listed = [...needs].flatMap((need) => (need === 'nothing' ? [] : listDoubts(need, facts, range)));
  const doubts = [...new Set([...listed, ...more])];
  if (!needsFacts(needs)) return { sound: [], rest: undefined };
  const unchecked = facts.hasUnchecked ? [`batch > ${quoteInteger(facts.checkedBatch)}`] : [];
  const left = [...unchecked, ...doubts];
  return {
    sound: [
      ...(facts.hasUnchecked ? [`batch <= ${quoteInteger(facts.checkedBatch)}`] : []),
      ...doubts.map((doubt) => `NOT (${doubt})`),
    ],
    rest: left.length === 0 ? undefined : `(${left.join(' OR ')})`,
  };
}

/**
 * The condition, or true where it says nothing: what is dropped by it does not pass, whatever the row is. Of rows that land meanwhile
 * some may be dropped, as if they had landed later.
 */
export function printNarrowing(sql: string, need: Need, facts: RowFacts, range: Range): string {
  if (need === 'nothing') return sql;
  const doubts = [
    ...(facts.hasUnchecked ? [`batch > ${quoteInteger(facts.checkedBatch)}`] : []),
    ...listDoubts(need, facts, range),
  ];
  return doubts.length === 0 ? sql : `(${sql} OR ${doubts.join(' OR ')})`;
}
