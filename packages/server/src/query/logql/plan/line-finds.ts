// Where conditions over lines were true before: a question that comes again reads the lines that are new, not all. Conditions and times in, the rows out.
import { type Database, quoteInteger, type SqlSettings } from '../../../store/index.ts';
import { printTimeRange } from '../label-sql.ts';
import { cutFound, FOUND_BYTES, FOUND_SQL, joinFound, printFound } from './found-rows.ts';
import { KeptLines } from './kept-lines.ts';
import { readCompact, type Statement } from './run-sums.ts';
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

  /** Looks at what was not looked at before. Undefined when the rows are many: then the conditions are asked as they are. */
  async find(conditions: readonly string[], range: Range, signal: AbortSignal): Promise<Finds | undefined> {
    const known = this.#get(keyOf(conditions));
    if (known.manyNanos !== undefined && range.endNanos - range.startNanos >= known.manyNanos) return undefined;
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
    let { covered } = known;
    // Something of the last batch before the start may have come since.
    if (covered !== undefined && covered.isTold !== isTold) covered = undefined;
    // Apart from each other there is nothing to go on from.
    if (covered !== undefined && (startNanos > covered.endNanos || endNanos < covered.startNanos)) covered = undefined;
    const parts: Buffer[] = covered === undefined ? [] : [covered.rows];
    let isCut = false;
    const look = async (range: Range, fresh: readonly string[]) => {
      const { rows, statement } = await this.#read([printTimeRange(range), ...fresh, ...conditions], signal);
      statements.push(statement);
      isCut ||= rows.length > MAX_ROWS * FOUND_BYTES;
      parts.push(rows);
    };
    if (covered === undefined) await look({ startNanos, endNanos }, []);
    else {
      if (batch > covered.batch) await look(covered, [`batch > ${quoteInteger(covered.batch)}`]);
      if (isCut) {
        // So many are new that their times have to be read anyway.
        known.covered = undefined;
        return this.#extend(known, conditions, { startNanos, endNanos }, statements, signal);
      }
      if (startNanos < covered.startNanos) await look({ startNanos, endNanos: covered.startNanos }, []);
      if (endNanos > covered.endNanos) await look({ startNanos: covered.endNanos, endNanos }, []);
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
    const beganMs = performance.now();
    const answer = await readCompact<readonly [string]>(await database.bytes(sql, limits, signal));
    const { rows_read: rows, bytes_read: bytes } = answer.statistics;
    return {
      rows: Buffer.from(answer.data.map(([row]) => row).join(''), 'hex'),
      statement: { purpose: 'where the lines are', sql, rows, bytes, millis: performance.now() - beganMs },
    };
  }
}
