// Whether each row has a series of its own: the rows of a statement, and the entries beside them, in; yes or no out.
import { allLabels, compilePipeline, type Entry } from '@kubewitness/core/logql';
import { type Database, quoteLiteral, type SqlSettings } from '../../../store/index.ts';
import { askCompact, type Statement } from './ask-compact.ts';
import { printSumsWhere, type SumsWanted } from './run-sums.ts';

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

/** Labels of every sound row that are columns: an aggregated API server repeats the auditID, but is another component or another host, or later. */
const TELLING: readonly (readonly [label: string, column: string])[] = [
  ['auditID', 'audit_id'],
  ['stage', 'stage'],
  ['cluster', 'cluster'],
  ['component', 'component'],
  ['kubernetes_host', 'host'],
];
const COLUMNS = TELLING.map(([, column]) => column);
const GAP = '\u001f';
const JOINED = `concat(${COLUMNS.join(`, ${quoteLiteral(GAP)}, `)})`;

/** As the reference reads them; undefined where one holds what parts them here. */
function listTelling(entries: readonly Entry[]): readonly string[] | undefined {
  const pipeline = compilePipeline([{ kind: 'json', span: { start: 0, end: 0 }, extractions: [] }]);
  if (!pipeline.ok) throw new Error(pipeline.problem.message);
  const found = new Set<string>();
  for (const entry of entries) {
    const result = pipeline.run(entry);
    if (result === undefined) continue;
    const labels = allLabels(result);
    found.add(TELLING.map(([label]) => labels[label] ?? '').join(GAP));
  }
  const all = [...found];
  return all.some((text) => text.includes('\n')) ? undefined : all;
}

/** One literal: thousands would take the engine longer to parse. */
function printShared(entries: readonly Entry[]): string {
  if (entries.length === 0) return '0';
  const told = listTelling(entries);
  if (told === undefined) return '1';
  return `countIf(${JOINED} IN (SELECT arrayJoin(splitByChar('\\n', ${quoteLiteral(told.join('\n'))}))))`;
}

/**
 * Rows that differ in a label differ in their series; the time of a sound row is read out of one label, too. Rows may well share all of
 * their labels though their lines differ: lists make none. Equal hashes of what differs only send more to the reference.
 */
export async function haveOwnSeries(
  database: Pick<Database, 'bytes'>,
  wanted: SumsWanted,
  beside: readonly Entry[],
  settings: SqlSettings,
  signal: AbortSignal,
): Promise<{ readonly own: boolean; readonly statement: Statement }> {
  const own = `count() = uniqExact(sipHash64(time, ${COLUMNS.join(', ')}))`;
  const sql = `SELECT ${own} AND ${printShared(beside)} = 0 FROM records WHERE ${printSumsWhere(wanted)} FORMAT JSONCompact`;
  const purpose = 'whether rows have series of their own';
  const { data, statement } = await askCompact<readonly [number]>(database, { purpose, sql, settings }, signal);
  return { own: data[0]?.[0] === 1, statement };
}
