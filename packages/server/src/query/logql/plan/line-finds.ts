// Where conditions over lines were true before: a question that comes again reads the lines that are new, not all. Conditions and times in, the rows out.
import { type Database, quoteInteger, type SqlSettings } from '../../../store/index.ts';
import { printTimeRange } from '../label-sql.ts';
import { askCompact, type Statement } from './ask-compact.ts';
import { cutFound, FOUND_BYTES, FOUND_SQL, joinFound, printFound } from './found-rows.ts';
import { KeptLines } from './kept-lines.ts';
import type { Range } from './split-rows.ts';

export interface LineFindsOptions {
  readonly database: Pick<Database, 'bytes'>;
  readonly limits: SqlSettings;
  /** The newest batch whose rows are all there. `isTold` false: so the store itself says, and the last of them may be a part of what it was. */
  readonly newest: (signal: AbortSignal) => Promise<{ readonly batch: number; readonly isTold: boolean }>;
}

/** What few rows have is worth remembering; more of them are no faster to name than to find. */
const MAX_ROWS = 5000;
const MAX_REMEMBERED = 100;

interface Known {
  /** A time so long holds more rows than are remembered. */
  manyNanos: bigint | undefined;
  covered: Covered | undefined;
  /** One look after the other. */
  work: Promise<unknown>;
}

/** All rows of these times, of batches up to this one, that the conditions are true of; perhaps later ones, too. */
interface Covered extends Range {
  readonly batch: number;
  readonly isTold: boolean;
  readonly rows: Buffer;
}

export interface Finds {
  /** Packed. */
  readonly rows: Buffer;
  /** True of the rows of the times asked for, and of no other that was there when they were asked for. */
  readonly sql: string;
  /** What had to be looked at for it. */
  readonly statements: readonly Statement[];
}

const earliest = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const latest = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const keyOf = (conditions: readonly string[]): string => [...conditions].sort().join(' AND ');

const isMany = (known: Known | undefined, { startNanos, endNanos }: Range): boolean =>
  known?.manyNanos !== undefined && endNanos - startNanos >= known.manyNanos;

/** What is known already, if there is something to go on from. */
function findUsable(known: Known | undefined, { startNanos, endNanos }: Range, isTold: boolean): Covered | undefined {
  const covered = known?.covered;
  // Something of the last batch before the start may have come since.
  if (covered === undefined || covered.isTold !== isTold) return undefined;
  return startNanos > covered.endNanos || endNanos < covered.startNanos ? undefined : covered;
}

interface Piece extends Range {
  /** Of times that were looked at only what came after this batch. */
  readonly after?: number;
}

/** What of the range has to be looked at: what came into the known part since, then what lies before and behind it. */
function listPieces({ startNanos, endNanos }: Range, covered: Covered | undefined, batch: number): readonly Piece[] {
  if (covered === undefined) return [{ startNanos, endNanos }];
  const { startNanos: from, endNanos: until } = covered;
  return [
    ...(batch > covered.batch ? [{ startNanos: from, endNanos: until, after: covered.batch }] : []),
    ...(startNanos < from ? [{ startNanos, endNanos: from }] : []),
    ...(endNanos > until ? [{ startNanos: until, endNanos }] : []),
  ];
}

const printPiece = (piece: Piece): string =>
  `${printTimeRange(piece)}${piece.after === undefined ? '' : ` AND batch > ${quoteInteger(piece.after)}`}`;

export class LineFinds {
  readonly lines = new KeptLines();
  readonly #options: LineFindsOptions;
  /** The one that was asked longest ago first. */
  readonly #known = new Map<string, Known>();

  constructor(options: LineFindsOptions) {
    this.#options = options;
  }

  /** Whether half of the time, at least, need not be looked at again. */
  isKnown(conditions: readonly string[], { startNanos, endNanos }: Range): boolean {
    const covered = this.#known.get(keyOf(conditions))?.covered;
    if (covered === undefined) return false;
    const from = latest(startNanos, covered.startNanos);
    return 2n * (earliest(endNanos, covered.endNanos) - from) >= endNanos - startNanos;
  }

  /** What `find` would look at, as conditions; none when all is known. Undefined when it would not look, since the rows are many. */
  async listUnknown(
    conditions: readonly string[],
    range: Range,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const { batch, isTold } = await this.#options.newest(signal);
    const known = this.#known.get(keyOf(conditions));
    if (isMany(known, range)) return undefined;
    return listPieces(range, findUsable(known, range, isTold), batch).map(printPiece);
  }

  /** Looks at what was not looked at before. Undefined when the rows are many: then the conditions are asked as they are. */
  async find(conditions: readonly string[], range: Range, signal: AbortSignal): Promise<Finds | undefined> {
    const known = this.#get(keyOf(conditions));
    if (isMany(known, range)) return undefined;
    const statements: Statement[] = [];
    const extend = () => this.#extend(known, conditions, range, statements, signal);
    const work = known.work.then(extend, extend);
    known.work = work.catch(() => undefined);
    const covered = await work;
    if (covered === undefined) return undefined;
    const rows = cutFound(covered.rows, range.startNanos, range.endNanos);
    return { rows, sql: printFound(rows), statements };
  }

  #get(key: string): Known {
    const known = this.#known.get(key) ?? { manyNanos: undefined, covered: undefined, work: Promise.resolve() };
    this.#known.delete(key);
    this.#known.set(key, known);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > MAX_REMEMBERED) this.#known.delete(oldest);
    return known;
  }

  async #extend(
    known: Known,
    conditions: readonly string[],
    { startNanos, endNanos }: Range,
    statements: Statement[],
    signal: AbortSignal,
  ): Promise<Covered | undefined> {
    const { batch, isTold } = await this.#options.newest(signal);
    const covered = findUsable(known, { startNanos, endNanos }, isTold);
    const parts: Buffer[] = covered === undefined ? [] : [covered.rows];
    let isCut = false;
    for (const piece of listPieces({ startNanos, endNanos }, covered, batch)) {
      const { rows, statement } = await this.#read([printPiece(piece), ...conditions], signal);
      statements.push(statement);
      isCut ||= rows.length > MAX_ROWS * FOUND_BYTES;
      parts.push(rows);
      if (isCut && piece.after !== undefined) {
        // So many are new that their times have to be read anyway.
        known.covered = undefined;
        return this.#extend(known, conditions, { startNanos, endNanos }, statements, signal);
      }
    }
    let reached: Range = {
      startNanos: earliest(startNanos, covered?.startNanos ?? startNanos),
      endNanos: latest(endNanos, covered?.endNanos ?? endNanos),
    };
    let rows = joinFound(parts);
    if (rows.length > MAX_ROWS * FOUND_BYTES) {
      reached = { startNanos, endNanos };
      rows = cutFound(rows, startNanos, endNanos);
    }
    if (isCut || rows.length > MAX_ROWS * FOUND_BYTES) {
      known.covered = undefined;
      known.manyNanos = endNanos - startNanos;
      return undefined;
    }
    known.covered = { ...reached, batch, isTold, rows };
    return known.covered;
  }

  /** One more than is remembered shows that there are too many. */
  async #read(
    conditions: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly rows: Buffer; readonly statement: Statement }> {
    const { database, limits } = this.#options;
    const where = conditions.join(' AND ');
    const sql = `SELECT ${FOUND_SQL} FROM records WHERE ${where} LIMIT ${MAX_ROWS + 1} FORMAT JSONCompact`;
    const asked = { purpose: 'where the lines are', sql, settings: limits };
    const { data, statement } = await askCompact<readonly [string]>(database, asked, signal);
    return { rows: Buffer.from(data.map(([row]) => row).join(''), 'hex'), statement };
  }
}
