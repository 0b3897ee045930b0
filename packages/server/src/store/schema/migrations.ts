// Numbered migrations: what brings an older store to this program's schema, and the refusal of a newer one.
import { printCopyAllSessionRecords } from '../insert/copy-session-records.ts';
import type { Database } from '../sql/database.ts';
import { quoteLiteral } from '../sql/quote-literal.ts';
import { ODD_ROWS, ROW_CHECKS } from './odd-rows.ts';
import { SESSION_RECORDS } from './session-records.ts';
import {
  type Flavour,
  printAddColumns,
  printCreateTable,
  printDropTable,
  printEmptyTable,
  type Table,
} from './table.ts';
import { CALLER_COLUMNS, FOR_SESSIONS, PUSH_COLUMNS, RECORDS, TABLES } from './tables.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: (flavour: Flavour) => readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'first tables',
    statements: (flavour) => TABLES.flatMap((table) => printCreateTable(table, flavour)),
  },
  {
    number: 2,
    name: 'records of sessions',
    // Made by the sixth, with other columns.
    statements: () => [],
  },
  {
    number: 3,
    name: 'entries of Loki: tenant, labels, metadata',
    statements: (flavour) => printAddColumns(RECORDS, PUSH_COLUMNS, 'request_key', flavour),
  },
  {
    number: 4,
    name: 'rows that LogQL reads out of their lines',
    statements: (flavour) => [ODD_ROWS, ROW_CHECKS].flatMap((table) => printCreateTable(table, flavour)),
  },
  {
    number: 5,
    name: 'callers and messages of refusals',
    // Empty for older records; nothing reads them but the copy to session_records, which older records are in already.
    statements: (flavour) => [
      ...printAddColumns(RECORDS, CALLER_COLUMNS, 'tty', flavour),
      ...printAddColumns(RECORDS, [FOR_SESSIONS], 'finished', flavour),
    ],
  },
  {
    number: 6,
    name: 'session records as one text',
    // Made anew by number 8.
    statements: () => [],
  },
  {
    number: 7,
    name: 'lines with details and bodies are looked at again',
    // What an older program took for sound may hold numbers and members that labels out of the line cannot be read from.
    statements: (flavour) => [ROW_CHECKS, ODD_ROWS].map((table) => printEmptyTable(table, flavour)),
  },
  {
    number: 8,
    name: 'session records of the core group, pushed ones with the times of their events',
    // They are copies, so that the table of an older store is made anew instead of filled up. What is stored is copied once; each batch
    // copies its own from now on.
    statements: (flavour) => [
      ...printDropTable(SESSION_RECORDS, flavour),
      ...printCreateTable(SESSION_RECORDS, flavour),
      printCopyAllSessionRecords(),
    ],
  },
];

const LEDGER: Table = {
  name: 'schema_migrations',
  engine: 'MergeTree',
  orderBy: ['number'],
  columns: [
    { name: 'number', type: 'UInt32' },
    { name: 'name', type: 'String' },
    { name: 'applied_at', type: "DateTime('UTC')" },
  ],
};

/** The store was written by a newer program; going on could lose what that one knows. */
export class NewerSchemaError extends Error {
  readonly code = 'KW_STORE_NEWER';
  constructor(found: number, known: number) {
    super(
      `The data directory was written by a newer KubeWitness (schema ${found}, this program knows ${known}). Start that version again, or give this one another directory with --data.`,
    );
  }
}

/** Applies what is missing, in order; a migration cut short is applied again, so its statements must bear that. */
export async function migrate(database: Database, flavour: Flavour, signal: AbortSignal): Promise<void> {
  for (const sql of printCreateTable(LEDGER, flavour)) await database.command(sql, undefined, signal);
  const rows = await database.rows<{ number: number }>(
    'SELECT max(number) AS number FROM schema_migrations',
    undefined,
    signal,
  );
  const applied = rows[0]?.number ?? 0;
  const known = MIGRATIONS.at(-1)?.number ?? 0;
  if (applied > known) throw new NewerSchemaError(applied, known);
  for (const migration of MIGRATIONS.filter((m) => m.number > applied)) {
    for (const sql of migration.statements(flavour)) await database.command(sql, undefined, signal);
    await database.command(
      `INSERT INTO schema_migrations SELECT ${migration.number}, ${quoteLiteral(migration.name)}, now('UTC')`,
      undefined,
      signal,
    );
  }
}
