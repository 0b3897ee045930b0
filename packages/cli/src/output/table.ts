// Table: rows in, aligned lines out, like kubectl's. Widths come from the first page and grow; nothing older than a page is kept.
import { printHarmless } from './harmless.ts';
import type { Sink } from './sink.ts';
import { cutLine, cutText, padText, prepareWidths, textWidth } from './text-width.ts';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string;
  readonly right?: boolean;
}

export interface TableLook {
  readonly headers: boolean;
}

const PAGE_ROWS = 256;
const GAP = '  ';
/** A column is not squeezed below this to fit a terminal. */
const LEAST_WIDTH = 10;

export class Table<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #sink: Sink;
  #widths: number[];
  #page: string[][] = [];
  #headerDue: boolean;

  constructor(columns: readonly Column<Row>[], sink: Sink, look: TableLook) {
    this.#columns = columns;
    this.#sink = sink;
    this.#headerDue = look.headers;
    this.#widths = columns.map((column) => (look.headers ? printHarmless(column.header).length : 0));
  }

  async add(row: Row): Promise<void> {
    this.#page.push(this.#columns.map((column) => printHarmless(column.cell(row)) || '<none>'));
    if (this.#page.length >= PAGE_ROWS) await this.flush();
  }

  /** Prints what has come so far. The header goes with the first row, so that an empty answer prints nothing. */
  async flush(): Promise<void> {
    if (this.#page.length === 0) return;
    const page = this.#page;
    this.#page = [];
    if (this.#headerDue) {
      page.unshift(this.#columns.map((column) => printHarmless(column.header)));
      this.#headerDue = false;
    }
    await prepareWidths(page.flat());
    for (const cells of page) {
      for (const [i, cell] of cells.entries()) this.#widths[i] = Math.max(this.#widths[i] ?? 0, textWidth(cell));
    }
    const widths = this.#fit();
    await this.#sink.write(page.map((cells) => `${this.#line(cells, widths)}\n`).join(''));
  }

  /** On a terminal the widest columns give way until a row fits. */
  #fit(): readonly number[] {
    const room = this.#sink.columns;
    if (room === undefined) return this.#widths;
    const widths = [...this.#widths];
    let excess = widths.reduce((sum, w) => sum + w, 0) + GAP.length * (widths.length - 1) - room;
    while (excess > 0) {
      const widest = Math.max(...widths);
      if (widest <= LEAST_WIDTH) break;
      const at = widths.lastIndexOf(widest);
      const next = Math.max(LEAST_WIDTH, ...widths.filter((_, i) => i !== at).filter((w) => w < widest));
      const cut = Math.min(excess, Math.max(1, widest - next));
      widths[at] = widest - cut;
      excess -= cut;
    }
    return widths;
  }

  #line(cells: readonly string[], widths: readonly number[]): string {
    const room = this.#sink.columns;
    const last = cells.length - 1;
    const texts = cells.map((cell, i) => {
      const width = widths[i] ?? 0;
      const text = room === undefined ? cell : cutText(cell, width);
      return i === last && this.#columns[i]?.right !== true
        ? text
        : padText(text, width, this.#columns[i]?.right === true);
    });
    const line = texts.join(GAP).trimEnd();
    return room === undefined ? line : cutLine(line, room);
  }
}
