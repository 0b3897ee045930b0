// Turns a request into something to run: URL and body in, a statement (rows moved to a file) or a refusal out.
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { BodyFiles } from './body-files.ts';
import type { EngineStatement } from './engine-port.ts';
import { findInlineData } from './plan-insert.ts';
import { type InsertFromBody, planStatement } from './plan-statement.ts';
import { type Received, receiveInFile, receiveInMemory } from './receive-body.ts';
import { tokenizeSql } from './sql-tokens.ts';
import type { RequestParameters } from './url-parameters.ts';

export interface BodyLimits {
  readonly maxStatementBytes: number;
  readonly maxBodyBytes: number;
}

export interface ReadStatement {
  readonly statement: EngineStatement;
  /** To be removed once the statement has ended. */
  readonly bodyFile: string | undefined;
}

const refuse = (code: number, type: string, message: string): Received<never> => ({
  ok: false,
  problem: { code, type, message },
});

export async function readStatement(
  request: IncomingMessage,
  url: RequestParameters,
  files: BodyFiles,
  limits: BodyLimits,
): Promise<Received<ReadStatement>> {
  const header = request.headers['x-clickhouse-format'];
  const defaultFormat = url.defaultFormat ?? (typeof header === 'string' ? header : 'TabSeparated');
  if (!/^\w+$/.test(defaultFormat)) return refuse(73, 'UNKNOWN_FORMAT', `Unknown format ${defaultFormat}`);
  if (request.headers['content-type']?.startsWith('multipart/') === true) {
    return refuse(48, 'NOT_IMPLEMENTED', 'Multipart bodies are not supported: send parameters in the URL');
  }
  const hasBody = request.method === 'POST' && request.headers['content-length'] !== '0';
  if (url.query === undefined) return readFromBody(request, defaultFormat, files, limits);
  const planned = planStatement(url.query, { defaultFormat, hasBody });
  if (!planned.ok) return planned;
  if (planned.plan.kind === 'insert-from-body') {
    const path = files.next();
    const received = await receiveInFile(request, path, limits.maxBodyBytes);
    return received.ok ? { ok: true, value: bindBody(planned.plan, path) } : received;
  }
  const rest = await receiveInMemory(request, limits.maxStatementBytes);
  if (!rest.ok) return rest;
  if (rest.value.length === 0) return { ok: true, value: { statement: planned.plan, bodyFile: undefined } };
  return readText(Buffer.concat([Buffer.from(`${url.query}\n`), rest.value]), defaultFormat, files);
}

async function readFromBody(
  request: IncomingMessage,
  defaultFormat: string,
  files: BodyFiles,
  limits: BodyLimits,
): Promise<Received<ReadStatement>> {
  const body = await receiveInMemory(request, limits.maxStatementBytes);
  return body.ok ? readText(body.value, defaultFormat, files) : body;
}

/** Statement text may be followed by rows in any format, binary ones too: those go to a file before anything is decoded. */
async function readText(bytes: Buffer, defaultFormat: string, files: BodyFiles): Promise<Received<ReadStatement>> {
  const latin1 = bytes.toString('latin1');
  const dataAt = findInlineData(latin1, tokenizeSql(latin1));
  const sql = decode(bytes.subarray(0, dataAt));
  if (sql === undefined) {
    return refuse(
      62,
      'SYNTAX_ERROR',
      'The statement is not valid UTF-8: write other bytes as \\xHH in a string literal',
    );
  }
  const planned = planStatement(sql, { defaultFormat, hasBody: dataAt !== undefined });
  if (!planned.ok) return planned;
  if (planned.plan.kind !== 'insert-from-body')
    return { ok: true, value: { statement: planned.plan, bodyFile: undefined } };
  const path = files.next();
  await writeFile(path, dataAt === undefined ? '' : bytes.subarray(dataAt), { mode: 0o600, flag: 'wx' });
  return { ok: true, value: bindBody(planned.plan, path) };
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function bindBody(plan: InsertFromBody, path: string): ReadStatement {
  const literal = `'${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return { statement: { kind: 'insert', text: `${plan.before}${literal}${plan.after}` }, bodyFile: path };
}
