// The table of a run: figures with what they must reach, printed as Markdown, kept as bench/last-run.md.

const rows = [];

/** `bound` is `{ most }` or `{ least }`; without one the figure is only shown. */
export function report(what, value, unit, bound = {}) {
  const ok = (bound.most === undefined || value <= bound.most) && (bound.least === undefined || value >= bound.least);
  rows.push({ what, value, unit, bound, ok });
  const shown = Number.isInteger(value) ? value.toLocaleString('en-US') : value.toPrecision(4);
  const asked =
    bound.most !== undefined ? `at most ${bound.most}` : bound.least !== undefined ? `at least ${bound.least}` : '';
  process.stderr.write(`${ok ? '  ' : '! '}${what}: ${shown} ${unit}${asked === '' ? '' : ` (${asked})`}\n`);
  return ok;
}

/** A line without a figure, such as a tool that is not installed. */
export function remark(what, text) {
  rows.push({ what, text, bound: {}, ok: true });
  process.stderr.write(`  ${what}: ${text}\n`);
}

export function printTable() {
  const lines = ['| figure | measured | asked | |', '| --- | --- | --- | --- |'];
  for (const { what, value, unit, text, bound, ok } of rows) {
    if (text !== undefined) {
      lines.push(`| ${what} | ${text} |  |  |`);
      continue;
    }
    const shown = Number.isInteger(value) ? value.toLocaleString('en-US') : value.toPrecision(4);
    const asked = bound.most !== undefined ? `≤ ${bound.most}` : bound.least !== undefined ? `≥ ${bound.least}` : '';
    lines.push(`| ${what} | ${shown} ${unit} | ${asked} | ${asked === '' ? '' : ok ? 'yes' : '**no**'} |`);
  }
  return `${lines.join('\n')}\n`;
}

export const missed = () => rows.filter((row) => !row.ok).map((row) => row.what);

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}
