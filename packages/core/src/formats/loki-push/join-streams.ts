// Streams with their labels still as text -> streams with labels, and a sentence for each whose labels cannot be read.
import { parseLabelSet } from './parse-label-set.ts';
import { printLabelSet } from './print-label-set.ts';
import { createStreamLabels, type ParsedPush, type PushEntry, type PushStream } from './push-stream.ts';

export interface RawStream {
  /** `{a="b"}`. */
  readonly labels: string;
  readonly entries: readonly PushEntry[];
}

function findDuplicate(pairs: readonly (readonly [string, string])[]): string | undefined {
  const seen = new Set<string>();
  return pairs.find(([name]) => seen.size === seen.add(name).size)?.[0];
}

export function joinStreams(raw: readonly RawStream[]): ParsedPush {
  const streams: PushStream[] = [];
  const problems: string[] = [];
  for (const { labels, entries } of raw) {
    const parsed = parseLabelSet(labels);
    if (!parsed.ok) {
      problems.push(parsed.problem);
      continue;
    }
    const twice = findDuplicate(parsed.pairs);
    if (twice === undefined) streams.push({ labels: createStreamLabels(parsed.pairs), entries });
    else problems.push(`stream '${printLabelSet(parsed.pairs)}' has duplicate label name: '${twice}'`);
  }
  return { ok: true, streams, problems };
}
