// Numbers -> rows of block characters: one row a series, or several for one series with an axis. The same numbers give the same text.

const LEVELS = '▁▂▃▄▅▆▇█';
const ABSENT = ' ';

/** undefined where there is no number. */
export type Heights = readonly (number | undefined)[];

export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  /** From one point to the next. */
  readonly stepMs: number;
}

/** A point fills the columns of its step; of several points in a column the highest is shown, so that no peak is lost. */
export function fillColumns(
  points: readonly { readonly timeMs: number; readonly value: number }[],
  { fromMs, untilMs, stepMs }: TimeSpan,
  columns: number,
): Heights {
  const heights: (number | undefined)[] = Array.from({ length: columns }, () => undefined);
  const length = Math.max(1, untilMs - fromMs);
  const columnOf = (timeMs: number): number =>
    Math.min(columns - 1, Math.max(0, Math.floor(((timeMs - fromMs) / length) * columns)));
  for (const { timeMs, value } of points) {
    if (!Number.isFinite(value)) continue;
    const last = Math.max(columnOf(timeMs), columnOf(timeMs + stepMs) - 1);
    for (let at = columnOf(timeMs); at <= last; at++)
      heights[at] = Math.max(heights[at] ?? Number.NEGATIVE_INFINITY, value);
  }
  return heights;
}

/** With nothing below zero, zero is the ground. */
function groundOf(heights: Heights): number {
  return Math.min(0, ...heights.filter((height) => height !== undefined));
}

function topOf(heights: Heights): number {
  return Math.max(0, ...heights.filter((height) => height !== undefined));
}

/** One row; the ground is drawn, so that "0" differs from "nothing". */
export function printSpark(heights: Heights): string {
  const ground = groundOf(heights);
  const span = topOf(heights) - ground || 1;
  const draw = (height: number | undefined): string =>
    height === undefined ? ABSENT : (LEVELS[Math.round(((height - ground) / span) * (LEVELS.length - 1))] ?? ABSENT);
  return heights.map(draw).join('');
}

/** At most four digits that say something. */
export function printShortNumber(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return Math.abs(rounded) >= 1e15 || (rounded !== 0 && Math.abs(rounded) < 1e-6)
    ? rounded.toExponential()
    : String(rounded);
}

/** Rows from the top down: a scale, an axis, the blocks. */
export function printBlocks(heights: Heights, rows: number): readonly string[] {
  const ground = groundOf(heights);
  const top = topOf(heights) === ground ? ground + 1 : topOf(heights);
  const steps = rows * LEVELS.length;
  const marks = new Map([
    [0, printShortNumber(top)],
    [Math.floor(rows / 2), printShortNumber(ground + ((top - ground) * (rows - Math.floor(rows / 2))) / rows)],
    [rows, printShortNumber(ground)],
  ]);
  const width = Math.max(...[...marks.values()].map((mark) => mark.length));
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const below = (rows - row - 1) * LEVELS.length;
    const drawn = heights.map((height) => {
      if (height === undefined) return ABSENT;
      const level = Math.ceil(((height - ground) / (top - ground)) * steps) - below;
      return level <= 0 ? ABSENT : (LEVELS[Math.min(LEVELS.length, level) - 1] ?? ABSENT);
    });
    const mark = marks.get(row);
    lines.push(`${(mark ?? '').padStart(width)} ${mark === undefined ? '│' : '┤'}${drawn.join('')}`.trimEnd());
  }
  // Columns without a number leave a gap in the ground.
  const line = heights.map((height) => (height === undefined ? ' ' : '─')).join('');
  lines.push(`${(marks.get(rows) ?? '').padStart(width)} ┼${line}`.trimEnd());
  return lines;
}
