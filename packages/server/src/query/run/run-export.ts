// Runs an export: Filter -> one file per cluster, node and component, its lines as written, oldest first.
import type { Filter } from '@kubewitness/core/wire';
import { type Database, quoteLiteral, type SqlSettings } from '../../store/index.ts';
import { planConditions, printWhere, type StoreFacts } from '../plan/plan-filter.ts';
import type { ExportFile } from '../query.ts';

interface GroupRow {
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
  readonly records: number;
  readonly bytes: number;
}

/** A case must hold everything there is about it, so an export takes all stages. */
export async function* runExport(
  database: Database,
  filter: Filter,
  facts: StoreFacts,
  limits: SqlSettings,
  signal: AbortSignal,
): AsyncGenerator<ExportFile, void, void> {
  const conditions = planConditions({ ...filter, allStages: true }, 'list', facts);
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
