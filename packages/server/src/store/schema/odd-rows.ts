// What is known of the rows of `records` besides themselves: which say in their columns something else than their line, and how far was looked.
import type { Table } from './table.ts';

/** Times of rows whose columns LogQL must not answer from (query/logql/plan/sound-lines.ts). A time may come twice, and a row may be gone. */
export const ODD_ROWS: Table = {
  name: 'odd_rows',
  engine: 'MergeTree',
  partitionBy: 'toYYYYMM(time)',
  orderBy: ['time'],
  columns: [
    { name: 'time', type: "DateTime64(9, 'UTC')" },
    { name: 'batch', type: 'UInt64' },
  ],
};

/** One row for each look: all batches up to this one have been looked at, and this look found so many pushed rows between these times. */
export const ROW_CHECKS: Table = {
  name: 'row_checks',
  engine: 'MergeTree',
  orderBy: ['batch'],
  columns: [
    { name: 'batch', type: 'UInt64' },
    { name: 'pushed', type: 'UInt64' },
    { name: 'first_pushed', type: "DateTime64(9, 'UTC')" },
    { name: 'last_pushed', type: "DateTime64(9, 'UTC')" },
  ],
};
