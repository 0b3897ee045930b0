// The recorded data set as entries in memory, and the recorded answers: files of the corpus in, arrays out.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createStreamMatcher } from '../../catalog/index.ts';
import type { Entry, Labels } from '../../pipeline/entry.ts';
import type { Matcher } from '../../syntax/index.ts';
import type { EntrySource } from '../index.ts';

export interface Vector {
  readonly id: string;
  readonly cat: string;
  readonly query?: string;
  readonly endpoint: string;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly response?: unknown;
  readonly error?: string;
  readonly unstable?: boolean;
  readonly approx?: boolean;
  readonly info?: boolean;
  readonly bug?: string;
}

export function readVectors(name: string): readonly Vector[] {
  return readLines(name).map((line): Vector => JSON.parse(line));
}

/** As the loader pushed it: audit events into one stream for each host, the auxiliary lines as they say; the identical line once. */
export function readEntries(): readonly Entry[] {
  const streams = new Map<string, Labels>();
  const share = (labels: Labels): Labels => {
    const sorted = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const key = JSON.stringify(sorted);
    const known = streams.get(key) ?? sorted;
    streams.set(key, known);
    return known;
  };
  const audit = readLines('events-5k.ndjson.gz').map((line): Entry => {
    const auditId = /"auditID":"([^"]+)"/.exec(line)?.[1] ?? '';
    const [, seconds = '', micros = ''] = /"stageTimestamp":"(.{19})\.(\d{6})Z"/.exec(line) ?? [];
    return {
      timeNanos: BigInt(Date.parse(`${seconds}Z`) / 1000) * 1_000_000_000n + BigInt(micros) * 1000n,
      labels: share({ log_type: 'audit', kubernetes_host: `master-${Number.parseInt(auditId.slice(0, 1), 16) % 3}` }),
      metadata: {},
      line,
    };
  });
  const aux = readLines('aux.ndjson.gz').map((text): Entry => {
    const { labels, ts, line, meta }: { labels: Labels; ts: string; line: string; meta?: Labels } = JSON.parse(text);
    return { timeNanos: BigInt(ts), labels: share(labels), metadata: meta ?? {}, line };
  });
  const distinct = new Map<string, Entry>();
  for (const entry of [...audit, ...aux]) {
    const key = JSON.stringify([entry.labels, String(entry.timeNanos), entry.line]);
    if (!distinct.has(key)) distinct.set(key, entry);
  }
  return [...distinct.values()];
}

export function createSource(entries: readonly Entry[]): EntrySource {
  return (matchers: readonly Matcher[], startNanos: bigint, endNanos: bigint) => {
    const matches = createStreamMatcher(matchers);
    return entries.filter(
      ({ timeNanos, labels }) => timeNanos >= startNanos && timeNanos < endNanos && matches(labels),
    );
  };
}

function readLines(name: string): readonly string[] {
  const url = new URL(`../../../../../../corpus/loki/${name}`, import.meta.url);
  return gunzipSync(readFileSync(url)).toString('utf8').trimEnd().split('\n');
}
