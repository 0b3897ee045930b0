// A chart for the terminal: series of numbers over a time in, lines of text out. One series is drawn with an axis, several as a row each.

import type { Sink } from './sink.ts';
import { fillColumns, type Heights, printBlocks, printShortNumber, printSpark, type TimeSpan } from './spark.ts';
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
  readonly labels: readonly string[];
  readonly numbers: readonly number[];
  readonly heights: Heights;
}

async function drawRows(series: readonly ChartSeries[], sink: Sink, look: ChartLook): Promise<void> {
  const { labelNames, fromMs, untilMs, headers } = look;
  const names = labelNames.map((name) => name.toUpperCase());
  const columns = Math.min(MOST_SPARK, Math.max(LEAST_SPARK, roomLeft(series, names, sink.columns)));
  const span = spanOf(series, look);
  const rows = series.map(({ labels, points }): DrawnRow => {
    const numbers = points.map(({ value }) => value).filter(Number.isFinite);
    return { labels, numbers, heights: fillColumns(points, span, columns) };
  });
  const number = (header: string, pick: (numbers: readonly number[]) => number | undefined): Column<DrawnRow> => ({
    header,
    right: true,
    cell: (row) => {
      const value = pick(row.numbers);
      return value === undefined ? '' : printShortNumber(value);
    },
  });
  const from = printMinute(fromMs);
  const until = printMinute(untilMs);
  const table = new Table<DrawnRow>(
    [
      ...names.map((header, at): Column<DrawnRow> => ({ header, cell: (row) => row.labels[at] ?? '' })),
      number('MIN', (numbers) => (numbers.length === 0 ? undefined : Math.min(...numbers))),
      number('MAX', (numbers) => (numbers.length === 0 ? undefined : Math.max(...numbers))),
      number('LAST', (numbers) => numbers.at(-1)),
      {
        header: columns >= from.length + until.length + 2 ? `${from}${until.padStart(columns - from.length)}` : 'TREND',
        cell: (row) => printSpark(row.heights),
      },
    ],
    sink,
    { headers },
  );
  for (const row of rows) await table.add(row);
  await table.flush();
}

/** Columns that labels and numbers leave on a terminal; a pipe has room for all. */
function roomLeft(series: readonly ChartSeries[], names: readonly string[], room: number | undefined): number {
  if (room === undefined) return MOST_SPARK;
  const labels = names.map((name, at) =>
    Math.max(name.length, ...series.map(({ labels }) => (labels[at] ?? '').length)),
  );
  const numbers = 3 * 8;
  return room - labels.reduce((sum, width) => sum + width + 2, 0) - numbers;
}
