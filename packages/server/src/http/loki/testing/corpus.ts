// The recorded answers of a real Loki and the data they were asked over: files of the corpus in, streams and cases out.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { PushedStream, PushValue } from './push-client.ts';

export interface Vector {
  readonly id: string;
  readonly cat: string;
  readonly query?: string;
  readonly endpoint: string;
  readonly method: string;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly noOrg?: boolean;
  readonly status: number;
  readonly response?: unknown;
  readonly error?: string;
  readonly unstable?: boolean;
  readonly approx?: boolean;
  readonly info?: boolean;
  readonly bug?: string;
}

const corpus = new URL('../../../../../../corpus/loki/', import.meta.url);

export const readCorpus = (name: string): string => {
  const bytes = readFileSync(new URL(name, corpus));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};

const readLines = (name: string): readonly string[] => readCorpus(name).trim().split('\n');

export const readVectors = (name: string): readonly Vector[] => readLines(name).map((line): Vector => JSON.parse(line));

function group(entries: Iterable<readonly [PushedStream['stream'], PushValue]>): readonly PushedStream[] {
  const streams = new Map<string, { stream: PushedStream['stream']; values: PushValue[] }>();
  for (const [stream, value] of entries) {
    const key = JSON.stringify(stream);
    const known = streams.get(key);
    if (known === undefined) streams.set(key, { stream, values: [value] });
    else known.values.push(value);
  }
  return [...streams.values()];
}

/** Stream and time of an audit event as the recordings had them. */
function readEvent(line: string): readonly [PushedStream['stream'], PushValue] {
  const event: { readonly auditID: string; readonly stageTimestamp: string } = JSON.parse(line);
  const { auditID, stageTimestamp: time } = event;
  const seconds = Date.parse(`${time.slice(0, 19)}Z`) / 1000;
  const host = `master-${Number.parseInt(auditID.charAt(0), 16) % 3}`;
  return [{ log_type: 'audit', kubernetes_host: host }, [`${seconds}${time.slice(20, 26)}000`, line]];
}

interface AuxLine {
  readonly labels: PushedStream['stream'];
  readonly ts: string;
  readonly line: string;
  readonly meta?: Readonly<Record<string, string>>;
}

function readAux(text: string): readonly [PushedStream['stream'], PushValue] {
  const { labels, ts, line, meta }: AuxLine = JSON.parse(text);
  return [labels, meta === undefined ? [ts, line] : [ts, line, meta]];
}

/** In bodies of about a thousand entries, as collectors send them. */
export function readBatches(): readonly (readonly PushedStream[])[] {
  const events = readLines('events-5k.ndjson.gz').map(readEvent);
  const batches = [];
  for (let at = 0; at < events.length; at += 1000) batches.push(group(events.slice(at, at + 1000)));
  return [...batches, group(readLines('aux.ndjson.gz').map(readAux))];
}
