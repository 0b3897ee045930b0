// Which values the labels that are columns have in the whole store: batches in, a verdict on a matcher out, so that no row is asked what is known of all.
import { createStreamMatcher, type Matcher } from '@kubewitness/core/logql';
import type { Selection } from '../../../loki/index.ts';
import { type Database, quoteInteger, type SqlSettings } from '../../../store/index.ts';
import { LABEL_COLUMNS, printMatcher, printSelection, printTenant, printTimeRange } from '../label-sql.ts';

/** Of a column with more values than this nothing is known. */
const MAX_VALUES = 16;

/** Values by column, `tenant` among them: all that rows have, perhaps some that no row has any more. */
export type StoredLabels = ReadonlyMap<string, ReadonlySet<string>>;

const COLUMNS: readonly string[] = ['tenant', ...Object.values(LABEL_COLUMNS)];

/** What rows of these batches have, `known` of the batches before them added. */
export async function readStoredLabels(
  database: Database,
  { after, until, known }: { readonly after: number; readonly until: number; readonly known: StoredLabels | undefined },
  settings: SqlSettings,
  signal: AbortSignal,
): Promise<StoredLabels> {
  // One more shows that there are too many.
  const values = COLUMNS.map((column) => `groupUniqArray(${MAX_VALUES + 1})(${column}) AS ${column}`);
  const where = `batch <= ${quoteInteger(until)}${after > 0 ? ` AND batch > ${quoteInteger(after)}` : ''}`;
  const sql = `SELECT ${values.join(', ')} FROM records WHERE ${where}`;
  const [found = {}] = await database.rows<Record<string, readonly string[]>>(
    sql,
    { ...settings, prefer_column_name_to_alias: 1 },
    signal,
  );
  const all = new Map<string, ReadonlySet<string>>();
  for (const column of COLUMNS) {
    const before = known === undefined ? [] : known.get(column);
    if (before === undefined) continue;
    const both = new Set([...before, ...(found[column] ?? [])]);
    if (both.size <= MAX_VALUES) all.set(column, both);
  }
  return all;
}

type Verdict = 'all' | 'some' | 'none';

const judge = (values: Iterable<string> | undefined, passes: (value: string) => boolean): Verdict => {
  if (values === undefined) return 'some';
  // Such a value may have been other bytes.
  if ([...values].some((value) => value.includes('\ufffd'))) return 'some';
  const answers = new Set([...values].map(passes));
  return answers.size === 0 || !answers.has(true) ? 'none' : answers.has(false) ? 'some' : 'all';
};

const judgeTenant = (tenant: string, known: StoredLabels): Verdict =>
  judge(known.get('tenant'), (value) => value === tenant);

/** Of labels without a column nothing is known. */
function judgeMatcher(matcher: Matcher, known: StoredLabels): Verdict {
  const column = Object.entries(LABEL_COLUMNS).find(([name]) => name === matcher.name)?.[1];
  if (column === undefined) return 'some';
  const matches = createStreamMatcher([matcher]);
  return judge(known.get(column), (value) => matches(value === '' ? {} : { [matcher.name]: value }));
}

export function isLabelledNowhere({ tenant, matchers }: Selection, known: StoredLabels): boolean {
  return judgeTenant(tenant, known) === 'none' || matchers.some((matcher) => judgeMatcher(matcher, known) === 'none');
}

const print = (verdict: Verdict, sql: string): readonly string[] =>
  verdict === 'all' ? [] : [verdict === 'none' ? 'false' : sql];

/** WHERE text of a selection without what is true of every row: each such condition would read a column. */
export function printKnownSelection(selection: Selection, known: StoredLabels | undefined): string {
  if (known === undefined) return printSelection(selection);
  const { tenant, matchers } = selection;
  return [
    printTimeRange(selection),
    ...print(judgeTenant(tenant, known), printTenant(selection)),
    ...matchers.flatMap((matcher) => print(judgeMatcher(matcher, known), printMatcher(matcher))),
  ].join(' AND ');
}
