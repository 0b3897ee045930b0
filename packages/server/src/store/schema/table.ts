// Tables as data, and their DDL: Table -> CREATE TABLE for the embedded engine or for a ClickHouse cluster.
import { quoteLiteral } from '../sql/quote-literal.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
  /** @default LZ4, whatever the server's configuration says */
  readonly codec?: string;
  /** Bytes of a compressed block, when not the engine's 64 KiB to 1 MiB. */
  readonly blockBytes?: number;
  /** SQL of the value of rows that do not name it, also of rows older than the column. */
  readonly default?: string;
}

export interface Table {
  readonly name: string;
  readonly engine: 'MergeTree' | 'AggregatingMergeTree';
  readonly columns: readonly Column[];
  readonly orderBy?: readonly string[];
  readonly primaryKey?: readonly string[];
  readonly partitionBy?: string;
  /** Index expressions as `name expression TYPE kind GRANULARITY n`. */
  readonly indexes?: readonly string[];
  readonly settings?: Readonly<Record<string, number>>;
}

/**
 * For long texts: LZ4 in the parts that an insert writes, ZSTD in those that a merge does, since the first are soon merged away
 * (docs/design/0004-merges.md). The embedded engine is configured so; on a cluster, whose configuration is not ours, ZSTD at once.
 */
export const DENSE = 'Default';

/** Where the tables live. */
export type Flavour = { readonly kind: 'embedded' } | { readonly kind: 'cluster'; readonly cluster: string };

/** Without these a power loss can take acknowledged rows; merged parts keep their sources for eight minutes. */
const DURABLE: Readonly<Record<string, number>> = {
  fsync_after_insert: 1,
  fsync_part_directory: 1,
  min_rows_to_fsync_after_merge: 1,
  min_compressed_bytes_to_fsync_after_merge: 1,
  old_parts_lifetime: 480,
};

/** Otherwise each merge of `records` claims 290 MB for buffers that it hardly fills, and two of them leave too little for questions. */
const LEAN: Readonly<Record<string, number>> = { min_columns_to_activate_adaptive_write_buffer: 1 };

function printColumn({ name, type, codec = 'LZ4', blockBytes, default: value }: Column, flavour: Flavour): string {
  const printed = flavour.kind === 'embedded' ? codec : codec.replace(DENSE, 'ZSTD(1)');
  const settings = [
    ...(value === undefined ? [] : [`DEFAULT ${value}`]),
    `CODEC(${printed})`,
    ...(blockBytes === undefined
      ? []
      : [`SETTINGS (min_compress_block_size = ${blockBytes}, max_compress_block_size = ${blockBytes})`]),
  ];
  return [`\`${name}\` ${type}`, ...settings].join(' ');
}

function printEngine(table: Table, flavour: Flavour): string {
  if (flavour.kind === 'embedded') return table.engine;
  const path = `/clickhouse/tables/{shard}/{database}/${table.name}`;
  return `Replicated${table.engine}(${quoteLiteral(path)}, '{replica}')`;
}

/** CREATE TABLE, and on a cluster also the Distributed table in front of it. The local table of a cluster is `<name>_local`. */
export function printCreateTable(table: Table, flavour: Flavour): readonly string[] {
  const onCluster = flavour.kind === 'cluster' ? ` ON CLUSTER ${quoteLiteral(flavour.cluster)}` : '';
  const local = flavour.kind === 'cluster' ? `${table.name}_local` : table.name;
  const body = [
    ...table.columns.map((column) => `  ${printColumn(column, flavour)}`),
    ...(table.indexes ?? []).map((index) => `  INDEX ${index}`),
  ];
  const lines = [
    `CREATE TABLE IF NOT EXISTS ${local}${onCluster} (`,
    body.join(',\n'),
    `) ENGINE = ${printEngine(table, flavour)}`,
  ];
  if (table.partitionBy !== undefined) lines.push(`PARTITION BY ${table.partitionBy}`);
  if (table.primaryKey !== undefined) lines.push(`PRIMARY KEY (${table.primaryKey.join(', ')})`);
  if (table.orderBy !== undefined) lines.push(`ORDER BY (${table.orderBy.join(', ')})`);
  const settings = Object.entries({ ...DURABLE, ...LEAN, ...table.settings });
  lines.push(`SETTINGS ${settings.map(([name, value]) => `${name} = ${value}`).join(', ')}`);
  const create = lines.join('\n');
  if (flavour.kind === 'embedded') return [create];
  return [
    create,
    `CREATE TABLE IF NOT EXISTS ${table.name}${onCluster} AS ${local} ENGINE = Distributed(${quoteLiteral(flavour.cluster)}, currentDatabase(), ${quoteLiteral(local)}, rand())`,
  ];
}

/** With all its rows; on a cluster of all its parts. */
export function printDropTable(table: Table, flavour: Flavour): readonly string[] {
  if (flavour.kind === 'embedded') return [`DROP TABLE IF EXISTS ${table.name} SYNC`];
  const onCluster = ` ON CLUSTER ${quoteLiteral(flavour.cluster)} SYNC`;
  return [`DROP TABLE IF EXISTS ${table.name}${onCluster}`, `DROP TABLE IF EXISTS ${table.name}_local${onCluster}`];
}

/** Columns that a table got after its first migration; `after` names the column before the first of them. */
export function printAddColumns(
  table: Table,
  columns: readonly Column[],
  after: string,
  flavour: Flavour,
): readonly string[] {
  const places = columns.map(
    (column, i) => `ADD COLUMN IF NOT EXISTS ${printColumn(column, flavour)} AFTER ${columns[i - 1]?.name ?? after}`,
  );
  const alter = (name: string, onCluster: string) => `ALTER TABLE ${name}${onCluster} ${places.join(', ')}`;
  if (flavour.kind === 'embedded') return [alter(table.name, '')];
  const onCluster = ` ON CLUSTER ${quoteLiteral(flavour.cluster)}`;
  return [alter(`${table.name}_local`, onCluster), alter(table.name, onCluster)];
}

export const printEmptyTable = ({ name }: Table, flavour: Flavour): string =>
  flavour.kind === 'embedded'
    ? `TRUNCATE TABLE ${name}`
    : `TRUNCATE TABLE ${name}_local ON CLUSTER ${quoteLiteral(flavour.cluster)}`;
