// The columns of stored records as they are, read from the engine's own socket: SQL in, rows with text as latin1 of its bytes out.
import { join } from 'node:path';
import { ask } from '../support/ask.ts';
import { splitLines } from '../support/corpus.ts';

export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };

/** A statement at the engine's socket; `data` is the server's data directory. */
export async function tellEngine(data: string, sql: string): Promise<Buffer> {
  const parameters = new URLSearchParams({ database: 'kubewitness', output_format_json_quote_64bit_integers: '1' });
  const at = `unix:${join(data, 'store', 'run', 'engine.sock')}`;
  const { status, body } = await ask(at, { method: 'POST', path: `/?${parameters}`, body: sql, withinMs: 300_000 });
  if (status !== 200) throw new Error(`the engine answered ${status}: ${body.toString('utf8').slice(0, 1000)}`);
  return body;
}

/** The server's API decodes text; only the engine itself shows bytes. */
export async function askEngine(data: string, sql: string): Promise<readonly (readonly Cell[])[]> {
  const body = await tellEngine(data, `${sql} FORMAT JSONCompactEachRow`);
  return splitLines(body).map((line) => JSON.parse(line.toString('latin1'), asBytes));
}

/** The engine escapes U+2028 and U+2029, so these alone come as characters and not as their bytes. */
function asBytes(_: string, value: Cell): Cell {
  return typeof value === 'string'
    ? value.replace(/[\u2028\u2029]/g, (character) => Buffer.from(character).toString('latin1'))
    : value;
}
