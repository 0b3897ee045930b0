// Runs an export: Filter -> one file per cluster, node and component, its lines as written, oldest first.
import { type Filter, parseCursor } from '@kubewitness/core/wire';
import { type Database, quoteLiteral, type SqlSettings } from '../../store/index.ts';
import { planConditions, printWhere, type StoreFacts } from '../plan/plan-filter.ts';
import { printFrom } from '../plan/plan-records.ts';
import { CURSOR_SQL } from '../plan/row-columns.ts';
import type { ExportFile } from '../query.ts';

interface GroupRow {
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
  readonly records: number;
  readonly bytes: number;
}

/**
 * `--last N` as a condition: nothing older than the Nth newest, which is looked up once. As a limit in each statement it would be another N
 * records for each, since records land meanwhile.
 */
async function findBound(
  database: Database,
  { last }: Filter,
  conditions: readonly string[],
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (last === undefined) return [];
  const [row] = await database.rows<{ readonly cursor: string }>(
    `SELECT ${CURSOR_SQL} AS cursor FROM records ${printWhere(conditions)} ORDER BY time DESC, record_id DESC LIMIT 1 OFFSET ${last - 1}`,
    limits,
    signal,
  );
  const cursor = row === undefined ? undefined : parseCursor(row.cursor);
  return cursor === undefined ? [] : [printFrom(cursor)];
}

/** A case must hold everything there is about it, so an export takes all stages. */
export async function* runExport(
  database: Database,
  filter: Filter,
  facts: StoreFacts,
  limits: SqlSettings,
  signal: AbortSignal,
): AsyncGenerator<ExportFile, void, void> {
  const kept = planConditions({ ...filter, allStages: true }, 'list', facts);
  const conditions = [...kept, ...(await findBound(database, filter, kept, limits, signal))];
  const groups = await database.rows<GroupRow>(
    `SELECT cluster, host, component, count() AS records, sum(line_bytes + 1) AS bytes FROM records ${printWhere(conditions)}
GROUP BY cluster, host, component ORDER BY cluster, component, host`,
    limits,
    signal,
  );
  for (const group of groups) {
    const own = (['cluster', 'host', 'component'] as const).map((name) => `${name} = ${quoteLiteral(group[name])}`);
    const sql = `SELECT line FROM records ${printWhere([...conditions, ...own])} ORDER BY time, record_id FORMAT TSVRaw`;
    yield { ...group, lines: await database.bytes(sql, limits, signal) };
  }
}
