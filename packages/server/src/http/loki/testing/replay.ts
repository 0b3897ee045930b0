// Recorded requests asked again: a server's URL and cases in; what differs, and how many cases ran, out.
import { ask } from '../../testing/ask.ts';
import { findDifference } from './compare-answer.ts';
import { readBatches, type Vector } from './corpus.ts';
import { push } from './push-client.ts';

export interface Replayed {
  readonly ran: number;
  /** By the id of the case. */
  readonly found: Readonly<Record<string, string>>;
}

function encode(params: Vector['params']): string {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(params)) for (const value of [values].flat()) form.append(name, value);
  return form.toString();
}

function call(url: string, vector: Vector) {
  const headers = { ...(vector.noOrg === true ? {} : { 'x-scope-orgid': 'audit' }), ...vector.headers };
  const form = encode(vector.params);
  if (vector.method !== 'POST') return ask(`${url}${vector.endpoint}${form === '' ? '' : `?${form}`}`, { headers });
  return ask(`${url}${vector.endpoint}`, {
    body: form,
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
  });
}

/** The entries that the cases were asked over. Throws when one body is not taken whole. */
export async function loadEntries(url: string): Promise<void> {
  for (const streams of readBatches()) {
    const { status, text } = await push(url, 'audit', streams, 'json');
    if (status !== 204) throw new Error(`a push was answered with ${status} ${text}`);
  }
}

export async function replay(url: string, vectors: readonly Vector[]): Promise<Replayed> {
  const found: Record<string, string> = {};
  let ran = 0;
  for (const vector of vectors) {
    ran++;
    // Loki's own mistakes are recorded too, and not to be made again.
    if (vector.bug !== undefined) continue;
    const difference = findDifference(vector, await call(url, vector));
    if (difference !== undefined) found[vector.id] = `${vector.query ?? vector.endpoint}\n     ${difference}`;
  }
  return { ran, found };
}

/** What `differences` has no reason for. */
export function printUnexpected({ found }: Replayed, differences: Readonly<Record<string, string>>): string {
  return Object.entries(found)
    .filter(([id]) => differences[id] === undefined)
    .map(([id, what]) => `${id}  ${what}`)
    .join('\n');
}
