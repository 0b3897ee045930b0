// The value of a range aggregation over the rows of one series and piece of time: the aggregation and its labels in; SQL and how its answer is read out.
import { type RangeAggregation, readUnwrap } from '@kubewitness/core/logql';
import type { LabelSql } from './event-labels.ts';
import { type FindLabel, printLabelText } from './plan-condition.ts';

/**
 * `sum`: whole numbers that are added, or the least or greatest. `each`: every value that is there, with how many rows have it; those
 * are few, or as many as entries at worst. `first` and `last`: one value, with its moment.
 */
export interface ValueSql {
  readonly kind: 'sum' | 'each' | 'first' | 'last';
  readonly sql: string;
  /** What it depends on beside series and time (`each`: grouped by, too), before it in the answer. */
  readonly beside: string | undefined;
  /** What a row must be to have a value. */
  readonly conditions: readonly string[];
  /** Undefined: the text is no number, and the reference says so. */
  readonly read: (cell: string) => number | undefined;
}

const COUNT = 'count()';

const sumOf = (sql: string, ...conditions: readonly string[]): ValueSql => ({
  ...{ kind: 'sum', sql, beside: undefined, conditions, read: Number },
});

/** The reference's order of entries of the same moment is that of their arrival. */
const ORDER = '(time, batch, position)';
const momentOf = (least: 'min' | 'max') => `toString(toUnixTimestamp64Nano(${least}(time)))`;

type Unwrapped = Pick<ValueSql, 'conditions' | 'read'> & { readonly sql: string; readonly isCode: boolean };

function planUnwrap({ unwrap }: RangeAggregation, label: LabelSql): Unwrapped {
  const conversion = unwrap?.conversion;
  if (label.kind === 'code' && conversion === undefined)
    return { sql: 'code', isCode: true, conditions: ['code != 0'], read: Number };
  const sql = printLabelText(label);
  const read = (cell: string) => {
    const found = readUnwrap(cell, conversion);
    return found.ok ? found.value : undefined;
  };
  return { sql, isCode: false, conditions: [`${sql} != ''`], read };
}

function planLines({ operation }: RangeAggregation): ValueSql | string {
  switch (operation) {
    case 'count_over_time':
    case 'absent_over_time':
    case 'rate':
      return sumOf(COUNT);
    case 'bytes_over_time':
    case 'bytes_rate':
      return sumOf('sum(line_bytes)');
    default:
      return `${operation} is one of values`;
  }
}

/** Of each row by itself: what a function over it alone needs. */
export function planEach(range: RangeAggregation, find: FindLabel): ValueSql | string {
  const { operation, unwrap } = range;
  const each = { kind: 'each', sql: COUNT, conditions: [], read: Number } as const;
  if (operation === 'bytes_over_time' || operation === 'bytes_rate') return { ...each, beside: 'line_bytes' };
  if (unwrap === undefined) return { ...each, beside: 'toUInt8(1)' };
  const label = find(unwrap.label);
  if (label === undefined) return `${unwrap.label} has no column`;
  const { sql, conditions, read } = planUnwrap(range, label);
  return { ...each, beside: sql, conditions, read };
}

/** A text: why there is none. */
export function planValue(range: RangeAggregation, find: FindLabel): ValueSql | string {
  const { operation, unwrap } = range;
  if (unwrap === undefined) return planLines(range);
  const label = find(unwrap.label);
  if (label === undefined) return `${unwrap.label} has no column`;
  const { sql, isCode, conditions, read } = planUnwrap(range, label);
  const each: ValueSql = { kind: 'each', sql: COUNT, beside: sql, conditions, read };
  switch (operation) {
    case 'rate':
    case 'sum_over_time':
      return isCode ? sumOf('sum(code)', ...conditions) : each;
    case 'min_over_time':
      return isCode ? sumOf('min(code)', ...conditions) : each;
    case 'max_over_time':
      return isCode ? sumOf('max(code)', ...conditions) : each;
    case 'absent_over_time':
      return isCode ? sumOf(COUNT, ...conditions) : each;
    case 'avg_over_time':
    case 'stddev_over_time':
    case 'stdvar_over_time':
    case 'quantile_over_time':
      return each;
    case 'first_over_time':
      return { kind: 'first', sql: `argMin(${sql}, ${ORDER})`, beside: momentOf('min'), conditions, read };
    case 'last_over_time':
      return { kind: 'last', sql: `argMax(${sql}, ${ORDER})`, beside: momentOf('max'), conditions, read };
    default:
      return `${operation} follows every value in the order of time`;
  }
}
