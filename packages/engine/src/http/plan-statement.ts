// Decides what a statement is and where its format stands: SQL text in, a plan the engine can run (or a refusal) out.
import type { EngineStatement } from './engine-port.ts';
import { planInsert } from './plan-insert.ts';
import { type SqlToken, tokenizeSql } from './sql-tokens.ts';
import type { StatementProblem } from './statement-problem.ts';

/** A statement whose rows come from a file the server wrote: the path goes between the two texts, as a literal. */
export interface InsertFromBody {
  readonly kind: 'insert-from-body';
  readonly before: string;
  readonly after: string;
  readonly format: string;
}

export type StatementPlan = EngineStatement | InsertFromBody;
export type PlanResult =
  | { readonly ok: true; readonly plan: StatementPlan }
  | { readonly ok: false; readonly problem: StatementProblem };

const READS = new Set(['SELECT', 'FROM', 'WITH', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN']);
const refuse = (code: number, type: string, message: string): PlanResult => ({
  ok: false,
  problem: { code, type, message },
});

export function planStatement(sql: string, options: { defaultFormat: string; hasBody: boolean }): PlanResult {
  const tokens = [...tokenizeSql(sql)];
  while (tokens.at(-1)?.text === ';') tokens.pop();
  const first = tokens.find((token) => token.text !== '(');
  if (first === undefined) return refuse(62, 'SYNTAX_ERROR', 'Empty query');
  // The native library runs everything in a string; one request is one statement, so text that slipped in cannot add one.
  if (tokens.some((token) => token.depth === 0 && token.text === ';')) {
    return refuse(62, 'SYNTAX_ERROR', 'Syntax error (Multi-statements are not allowed)');
  }
  if (first.text === 'INSERT' || (first.text === 'WITH' && isInsertAfterWith(tokens))) {
    return planInsert(sql, tokens, options.hasBody);
  }
  if (READS.has(first.text)) return planRead(sql, tokens, options.defaultFormat);
  if (first.text === 'SHOW' || first.text === 'CHECK') {
    return { ok: true, plan: withFormat('show', sql, tokens, options.defaultFormat) };
  }
  if (first.text === 'KILL') return { ok: true, plan: withFormat('control', sql, tokens, options.defaultFormat) };
  if (first.text === 'SET' || first.text === 'USE') {
    return refuse(
      48,
      'NOT_IMPLEMENTED',
      `${first.text} would end with this request: pass settings and the database as URL parameters`,
    );
  }
  if (tokens.slice(0, 4).some((token) => token.text === 'TEMPORARY')) {
    return refuse(
      48,
      'NOT_IMPLEMENTED',
      'Temporary tables need a session, which this interface has not: use a Memory table',
    );
  }
  return { ok: true, plan: withFormat('write', sql, tokens, options.defaultFormat) };
}

/** `WITH … INSERT INTO …` is an insert; the first of the two words outside brackets tells. */
function isInsertAfterWith(tokens: readonly SqlToken[]): boolean {
  return (
    tokens.find((token) => token.depth === 0 && (token.text === 'INSERT' || token.text === 'SELECT'))?.text === 'INSERT'
  );
}

/** `FORMAT name` counts only at the end or before SETTINGS: elsewhere FORMAT is somebody's column. */
export function findFormat(tokens: readonly SqlToken[]): { word: SqlToken; name: SqlToken } | undefined {
  for (let i = tokens.length - 2; i >= 0; i -= 1) {
    const [word, name, next] = tokens.slice(i, i + 3);
    if (word?.text !== 'FORMAT' || word.depth !== 0 || name?.kind !== 'word') continue;
    if (next === undefined || next.text === 'SETTINGS') return { word, name };
  }
  return undefined;
}

function planRead(sql: string, tokens: readonly SqlToken[], defaultFormat: string): PlanResult {
  const outfile = tokens.some(
    (token, i) => token.depth === 0 && token.text === 'INTO' && tokens[i + 1]?.text === 'OUTFILE',
  );
  if (outfile) return refuse(48, 'NOT_IMPLEMENTED', 'INTO OUTFILE is not allowed here: the answer is the HTTP body');
  const end = tokens.at(-1)?.end ?? 0;
  const format = findFormat(tokens);
  if (format === undefined) {
    return { ok: true, plan: { kind: 'read', head: sql.slice(0, end), format: defaultFormat, tail: '' } };
  }
  return {
    ok: true,
    plan: {
      kind: 'read',
      head: sql.slice(0, format.word.start),
      format: sql.slice(format.name.start, format.name.end),
      tail: sql.slice(format.name.end, end),
    },
  };
}

function withFormat(
  kind: 'control' | 'show' | 'write',
  sql: string,
  tokens: readonly SqlToken[],
  defaultFormat: string,
): StatementPlan {
  const named = findFormat(tokens)?.name;
  const format = named === undefined ? defaultFormat : sql.slice(named.start, named.end);
  return { kind, text: sql.slice(0, tokens.at(-1)?.end ?? 0), format };
}
