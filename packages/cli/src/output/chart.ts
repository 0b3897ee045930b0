// A chart for the terminal: series of numbers over a time in, lines of text out. One series is drawn with an axis, several as a row each.

import type { Sink } from './sink.ts';
import { fillColumns, printBlocks, printShortNumber, printSpark, type TimeSpan } from './spark.ts';
import { type Column, Table } from './table.ts';

export interface ChartSeries {
  /** Cells in the order of the label names. */
  readonly labels: readonly string[];
  readonly points: readonly { readonly timeMs: number; readonly value: number }[];
}

export interface ChartLook {
  readonly labelNames: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly headers: boolean;
}

const PIPE_COLUMNS = 80;
const ROWS = 8;
const LEAST_SPARK = 20;
const MOST_SPARK = 60;

/** The shortest distance between two points of a series: what lies farther apart has a gap between. */
function spanOf(series: readonly ChartSeries[], { fromMs, untilMs }: ChartLook): TimeSpan {
  let stepMs = untilMs - fromMs;
  for (const { points } of series) {
    for (const [at, point] of points.entries()) {
      const before = points[at - 1];
      if (before !== undefined) stepMs = Math.min(stepMs, point.timeMs - before.timeMs);
    }
  }
  return { fromMs, untilMs, stepMs };
}

/** `2026-11-18T08:00Z`. */
function printMinute(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16)}Z`;
}

export async function printChart(series: readonly ChartSeries[], sink: Sink, look: ChartLook): Promise<void> {
  const [only] = series;
  if (only !== undefined && series.length === 1) return sink.write(`${drawOne(only, sink, look).join('\n')}\n`);
  return drawRows(series, sink, look);
}

function drawOne(only: ChartSeries, sink: Sink, look: ChartLook): readonly string[] {
  const { points } = only;
  const room = sink.columns ?? PIPE_COLUMNS;
  const values = points.map(({ value }) => value).filter(Number.isFinite);
  const scale = Math.max(...[...values, 0].map((value) => printShortNumber(value).length));
  const columns = Math.max(LEAST_SPARK, room - scale - 3);
  const lines = printBlocks(fillColumns(points, spanOf([only], look), columns), ROWS);
  const indent = ' '.repeat((lines.at(-1) ?? '').indexOf('┼') + 1);
  const from = printMinute(look.fromMs);
  const until = printMinute(look.untilMs);
  return [...lines, `${indent}${from}${until.padStart(Math.max(until.length + 2, columns - from.length))}`];
}

interface DrawnRow {
  /** Labels, then lowest, highest and last value. */
  readonly cells: readonly string[];
  readonly points: ChartSeries['points'];
}

async function drawRows(series: readonly ChartSeries[], sink: Sink, look: ChartLook): Promise<void> {
  const names = look.labelNames.map((name) => name.toUpperCase());
  const heads = [...names, 'MIN', 'MAX', 'LAST'];
  const rows = series.map(({ labels, points }): DrawnRow => {
    const values = points.map(({ value }) => value).filter(Number.isFinite);
    const numbers = values.length === 0 ? [] : [Math.min(...values), Math.max(...values), ...values.slice(-1)];
    return { cells: [...names.map((_, at) => labels[at] ?? ''), ...numbers.map(printShortNumber)], points };
  });
  const columns = Math.min(MOST_SPARK, roomLeft(rows, heads, sink.columns));
  const span = spanOf(series, look);
  const from = printMinute(look.fromMs);
  const until = printMinute(look.untilMs);
  const hasRoom = columns >= from.length + until.length + 2;
  const table = new Table<DrawnRow>(
    [
      ...heads.map((header, at): Column<DrawnRow> => {
        return { header, cell: ({ cells }) => cells[at] ?? '', right: at >= names.length };
      }),
      {
        header: hasRoom ? `${from}${until.padStart(columns - from.length)}` : 'TREND',
        cell: ({ points }) => printSpark(fillColumns(points, span, columns)),
      },
    ],
    sink,
    { headers: look.headers },
  );
  for (const row of rows) await table.add(row);
  await table.flush();
}

/** Columns that labels and numbers leave on a terminal; a pipe has room for all. Long labels give way to a row that still says something. */
function roomLeft(rows: readonly DrawnRow[], heads: readonly string[], room: number | undefined): number {
  if (room === undefined) return MOST_SPARK;
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map(({ cells }) => (cells[at] ?? '').length)));
  const least = Math.max(...widths) > LEAST_SPARK ? LEAST_SPARK : LEAST_SPARK / 2;
  return Math.max(least, room - widths.reduce((sum, width) => sum + width + 2, 0));
}
