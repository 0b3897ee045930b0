// Series of a metric query -> standard output: a chart, a table with a column for each label, or rows for programs.
import { printTimeNanos } from '@kubewitness/core/event';
import {
  type ChartSeries,
  type Column,
  printChart,
  printCsvLine,
  printHarmlessLines,
  printTime,
  type Sink,
  Table,
} from '../../output/index.ts';
import type { LabelSet, MetricSeries } from './loki-answer.ts';
import type { QueryFormat, QueryMode } from './query-request.ts';

export interface SamplesLook {
  readonly format: QueryFormat;
  readonly mode: QueryMode;
  readonly headers: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Series of one chart; the rest is counted. */
const MOST_SERIES = 10;

interface Cell {
  readonly labels: LabelSet;
  readonly timeMs: number;
  readonly value: string;
}

const printMoment = (timeMs: number): string =>
  printTimeNanos(BigInt(timeMs) * 1_000_000n).replace(/\.(\d{3})0{6}Z$/, '.$1Z');

/** Returns how many series are not shown. */
export async function printSamples(series: readonly MetricSeries[], sink: Sink, look: SamplesLook): Promise<number> {
  const names = listNames(series);
  if (look.format === 'chart') return drawChart(series, names, sink, look);
  const cells = series.flatMap(({ labels, samples }) => samples.map((sample): Cell => ({ labels, ...sample })));
  if (look.format === 'table' || look.format === 'wide') await printTable(cells, names, sink, look);
  else await printRows(cells, names, sink, look);
  return 0;
}

function listNames(series: readonly MetricSeries[]): readonly string[] {
  return [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
}

/** A moment needs no column of its own, a range does. */
async function printTable(
  cells: readonly Cell[],
  names: readonly string[],
  sink: Sink,
  look: SamplesLook,
): Promise<void> {
  const time: Column<Cell> = {
    header: 'TIME',
    cell: ({ timeMs }) => (look.format === 'wide' ? printMoment(timeMs) : printTime(printMoment(timeMs))),
  };
  const columns: readonly Column<Cell>[] = [
    ...(look.mode === 'range' || look.format === 'wide' ? [time] : []),
    ...names.map((name): Column<Cell> => ({ header: name.toUpperCase(), cell: ({ labels }) => labels[name] ?? '' })),
    { header: 'VALUE', cell: ({ value }) => value, right: true },
  ];
  const table = new Table<Cell>(columns, sink, { headers: look.headers });
  for (const cell of cells) await table.add(cell);
  await table.flush();
}

async function printRows(
  cells: readonly Cell[],
  names: readonly string[],
  sink: Sink,
  look: SamplesLook,
): Promise<void> {
  const isCsv = look.format === 'csv';
  const lines = cells.map(({ labels, timeMs, value }) =>
    isCsv
      ? printCsvLine([printMoment(timeMs), ...names.map((name) => labels[name] ?? ''), value])
      : `${JSON.stringify({ time: printMoment(timeMs), labels, value: toNumber(value) })}\n`,
  );
  const header = isCsv && look.headers && cells.length > 0 ? printCsvLine(['time', ...names, 'value']) : '';
  const text = header + lines.join('');
  await sink.write(sink.columns === undefined ? text : printHarmlessLines(text));
}

/** JSON has no `NaN` and no `+Inf`: those stay texts. */
function toNumber(value: string): number | string {
  const number = Number(value);
  return value !== '' && Number.isFinite(number) ? number : value;
}

async function drawChart(
  series: readonly MetricSeries[],
  names: readonly string[],
  sink: Sink,
  look: SamplesLook,
): Promise<number> {
  const charted = series.map(({ labels, samples }): ChartSeries & { readonly most: number } => {
    const points = samples.map(({ timeMs, value }) => ({ timeMs, value: Number(value.replace('Inf', 'Infinity')) }));
    const most = Math.max(...points.map(({ value }) => value).filter(Number.isFinite));
    return { labels: names.map((name) => labels[name] ?? ''), points, most };
  });
  const shown = [...charted].sort((a, b) => b.most - a.most).slice(0, MOST_SERIES);
  await printChart(shown, sink, { labelNames: names, ...look });
  return charted.length - shown.length;
}
