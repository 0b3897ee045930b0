// Bounds and settings of statements that sort some thousand rows in memory out of however many: what a question may take is not the size of what it reads.
import type { Filter, FilterFlag } from '@kubewitness/core/wire';
import type { SqlSettings } from '../../store/index.ts';

/** Rows of a page that is sorted in memory; with lines of a few KiB that is some tens of MiB. */
export const SORTED_PAGE_ROWS = 20_000;
/** Up to so many rows one pass with all threads beats reading in order with an early end. */
export const ONE_PASS_ROWS = 4_000_000;

/**
 * Columns that nothing is sorted or filtered by are read for the rows of the page only. Where the lines themselves are filtered, rows that
 * cannot be in the page any more are dropped early; the engine would keep a gigabyte of them, which is more than a question may take.
 */
export const SORT_SETTINGS: SqlSettings = {
  query_plan_max_limit_for_lazy_materialization: SORTED_PAGE_ROWS,
  max_bytes_before_remerge_sort: 16 * 2 ** 20,
};

/** Their columns take a byte or two a row. */
const SHORT: ReadonlySet<FilterFlag> = new Set([
  ...(['user', 'verb', 'resource', 'namespace', 'code', 'decision'] as const),
  ...(['stage', 'level', 'host', 'component', 'cluster'] as const),
]);

/** Conditions are tried one after the other, each on what the ones before have left, which costs more than to read a few short columns whole. */
export function chooseSteps({ conditions }: Filter): SqlSettings {
  return conditions.every(({ flag }) => SHORT.has(flag)) ? { enable_multiple_prewhere_read_steps: 0 } : {};
}

/** The records of an audit ID lie in a few blocks. Who has looked at them looks again, and lines of so few push nothing out of the engine's memory. */
export function chooseCache({ conditions }: Filter): SqlSettings {
  const isOfFew = conditions.some(
    ({ flag, choices }) =>
      flag === 'audit-id' && choices.every(({ negated, match }) => !negated && match.kind === 'equals'),
  );
  return isOfFew ? { use_uncompressed_cache: 1 } : {};
}
