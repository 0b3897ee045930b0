// Plans an INSERT: tokens in; the statement as it is, or with a gap for the file that holds the request's body, out.
import type { PlanResult } from './plan-statement.ts';
import type { SqlToken } from './sql-tokens.ts';

/** Rows in a body never become SQL text: the engine reads them from a file, named where this leaves a gap. */
export function planInsert(sql: string, tokens: readonly SqlToken[], hasBody: boolean): PlanResult {
  const end = tokens.at(-1)?.end ?? 0;
  const asIs: PlanResult = { ok: true, plan: { kind: 'insert', text: sql.slice(0, end) } };
  const clause = tokens.find((token, i) => i > 1 && token.depth === 0 && isSourceWord(token));
  if (clause === undefined) return asIs;
  if (clause.text === 'SELECT' || clause.text === 'WITH' || clause.text === 'FROM') {
    return (hasBody ? planInputFunction(sql, tokens) : undefined) ?? asIs;
  }
  const index = tokens.indexOf(clause);
  if (clause.text === 'VALUES') {
    return tokens.length > index + 1 ? asIs : infile(sql, clause.start, ' FORMAT Values', 'Values');
  }
  const word = tokens.findIndex((token, i) => i >= index && token.depth === 0 && token.text === 'FORMAT');
  const select = tokens.some((token, i) => i > index && token.depth === 0 && token.text === 'SELECT');
  if (select) return (hasBody ? planInputFunction(sql, tokens) : undefined) ?? asIs;
  const values = tokens.find((token, i) => i >= index && token.depth === 0 && token.text === 'VALUES');
  const name = word < 0 ? undefined : tokens[word + 1];
  if (name === undefined) {
    if (values === undefined || values !== tokens.at(-1)) return asIs;
    return infile(sql, clause.start, `${sql.slice(clause.start, values.start)}FORMAT Values`, 'Values');
  }
  return infile(sql, clause.start, sql.slice(clause.start, name.end), sql.slice(name.start, name.end));
}

function isSourceWord(token: SqlToken): boolean {
  return token.kind === 'word' && ['SETTINGS', 'FORMAT', 'VALUES', 'SELECT', 'WITH', 'FROM'].includes(token.text);
}

function infile(sql: string, gap: number, after: string, format: string): PlanResult {
  const plan = {
    kind: 'insert-from-body' as const,
    before: `${sql.slice(0, gap)} FROM INFILE `,
    after: ` COMPRESSION 'none' ${after}`,
    format,
  };
  return { ok: true, plan };
}

/** `INSERT … SELECT … FROM input('columns') FORMAT f` with a body becomes a read of the body's file. */
function planInputFunction(sql: string, tokens: readonly SqlToken[]): PlanResult | undefined {
  const at = tokens.findIndex((token, i) => token.text === 'INPUT' && tokens[i + 1]?.text === '(');
  const structure = tokens[at + 2];
  const word = tokens.findLastIndex((token) => token.depth === 0 && token.text === 'FORMAT');
  const [input, formatWord, name] = [tokens[at], tokens[word], tokens[word + 1]];
  if (input === undefined || structure?.kind !== 'string' || formatWord === undefined || name === undefined)
    return undefined;
  const format = sql.slice(name.start, name.end);
  return {
    ok: true,
    plan: {
      kind: 'insert-from-body',
      before: `${sql.slice(0, input.start)}file(`,
      after: `, '${format}', ${sql.slice(structure.start, formatWord.start)}`,
      format,
    },
  };
}

/** Where inline data begins after `INSERT … FORMAT name`: blanks and one line end belong to the statement. */
export function findInlineData(text: string, tokens: Iterable<SqlToken>): number | undefined {
  let isInsert = false;
  let previous: SqlToken | undefined;
  for (const token of tokens) {
    if (token.text === 'INSERT' && token.depth === 0) isInsert = true;
    if (!isInsert && previous === undefined && token.text !== 'WITH') return undefined;
    if (isInsert && previous?.text === 'FORMAT' && previous.depth === 0 && token.kind === 'word') {
      const gap = /[ \t\f]*\r?\n?/y;
      gap.lastIndex = token.end;
      return token.end + (gap.exec(text)?.[0].length ?? 0);
    }
    if (token.text === 'VALUES' && token.depth === 0) return undefined;
    previous = token;
  }
  return undefined;
}
