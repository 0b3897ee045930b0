// What a refused push is told, in Loki's words: facts in, sentence out. The words are its own, documented for operators; clients show them.
import { printTimeNanos } from '@kubewitness/core/event';

export const NO_STREAMS = 'error at least one valid stream is required for ingestion';
export const NO_LABELS = 'error at least one label pair is required per stream';

/** `2026-11-20T10:00:00Z`. */
const printSeconds = (nanos: bigint): string => `${printTimeNanos(nanos).slice(0, 19)}Z`;

/** As Go prints a time by itself: `1970-01-01 00:00:01.5 +0000 UTC`. */
function printGoTime(nanos: bigint): string {
  const text = printTimeNanos(nanos);
  const fraction = text.slice(20, 29).replace(/0+$/, '');
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${fraction === '' ? '' : `.${fraction}`} +0000 UTC`;
}

export const tooManyLabels = (stream: string, labels: number, most: number): string =>
  `entry for stream '${stream}' has ${labels} label names; limit ${most}`;

export const nameTooLong = (stream: string, name: string): string =>
  `stream '${stream}' has label name too long: '${name}'`;

export const valueTooLong = (stream: string, value: string): string =>
  `stream '${stream}' has label value too long: '${value}'`;

export const tooNew = (stream: string, timeNanos: bigint): string =>
  `entry for stream '${stream}' has timestamp too new: ${printSeconds(timeNanos)}`;

export const lineTooLong = (stream: string, bytes: number, most: number): string =>
  `max entry size '${most}' bytes exceeded for stream '${stream}' while adding an entry with length '${bytes}' bytes`;

export const metadataTooLarge = (stream: string, bytes: number, most: number): string =>
  `stream '${stream}' has structured metadata too large: '${bytes}' bytes, limit: '${most}' bytes. Please see \`limits_config.max_structured_metadata_size\` or contact your Loki administrator to increase it`;

export const tooMuchMetadata = (stream: string, pairs: number, most: number): string =>
  `stream '${stream}' has too many structured metadata labels: '${pairs}', limit: '${most}'. Please see \`limits_config.max_structured_metadata_entries_count\` or contact your Loki administrator to increase it`;

/** How many entries of a stream are named one by one. */
const MAX_NAMED = 10;

export function tooFarBehind(
  stream: string,
  tenant: string,
  behind: readonly { readonly timeNanos: bigint; readonly oldestNanos: bigint }[],
  entries: number,
): string {
  const named = behind
    .slice(0, MAX_NAMED)
    .map(
      ({ timeNanos, oldestNanos }) =>
        `entry with timestamp ${printGoTime(timeNanos)} ignored, reason: 'entry too far behind, entry timestamp is: ${printSeconds(timeNanos)}, oldest acceptable timestamp is: ${printSeconds(oldestNanos)}',\n`,
    );
  return `${named.join('')}user '${tenant}', total ignored: ${behind.length} out of ${entries} for stream: ${stream}`;
}

/** One sentence stays as it is; more are counted by their text. */
export function joinSentences(sentences: readonly string[]): string {
  if (sentences.length <= 1) return sentences[0] ?? '';
  const counts = new Map<string, number>();
  for (const sentence of sentences) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  return [...counts].map(([sentence, count]) => `${count} errors like: ${sentence}`).join('; ');
}
