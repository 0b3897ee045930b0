// Whether each row has a series of its own: the rows of a statement, and the entries beside them, in; yes or no out.
import { allLabels, compilePipeline, type Entry } from '@kubewitness/core/logql';
import { type Database, quoteLiterals, type SqlSettings } from '../../../store/index.ts';
import { printSumsWhere, readCompact, type Statement, type SumsWanted } from './run-sums.ts';

/** Entries that are kept until that is known; more of them, and all is left to the reference. */
const MAX_KEPT = 5000;

/** Undefined: too many. */
export async function keepEntries(batches: AsyncIterable<readonly Entry[]>): Promise<readonly Entry[] | undefined> {
  const kept: Entry[] = [];
  for await (const batch of batches) {
    kept.push(...batch);
    if (kept.length > MAX_KEPT) return undefined;
  }
  return kept;
}

/** As the reference reads them. */
function listAuditIds(entries: readonly Entry[]): readonly string[] {
  const pipeline = compilePipeline([{ kind: 'json', span: { start: 0, end: 0 }, extractions: [] }]);
  if (!pipeline.ok) throw new Error(pipeline.problem.message);
  const ids = new Set<string>();
  for (const entry of entries) {
    const result = pipeline.run(entry);
    if (result !== undefined) ids.add(allLabels(result)['auditID'] ?? '');
  }
  return [...ids];
}

/**
 * auditID and stage are labels of a sound row, so rows that differ in them differ in their series. Rows may well share them, and all other
 * labels too: lists make none. Equal hashes of what differs only send more to the reference.
 */
export async function haveOwnSeries(
  database: Pick<Database, 'bytes'>,
  wanted: SumsWanted,
  beside: readonly Entry[],
  settings: SqlSettings,
  signal: AbortSignal,
): Promise<{ readonly own: boolean; readonly statement: Statement }> {
  const shared = beside.length === 0 ? '0' : `countIf(audit_id IN (${quoteLiterals(listAuditIds(beside))}))`;
  const sql = `SELECT count() = uniqExact(sipHash64(audit_id, stage)) AND ${shared} = 0 FROM records WHERE ${printSumsWhere(wanted)} FORMAT JSONCompact`;
  const beganMs = performance.now();
  const { data, statistics } = await readCompact<readonly [number]>(await database.bytes(sql, settings, signal));
  const { rows_read: rows, bytes_read: bytes } = statistics;
  return {
    own: data[0]?.[0] === 1,
    statement: {
      purpose: 'whether rows have series of their own',
      sql,
      rows,
      bytes,
      millis: performance.now() - beganMs,
    },
  };
}
