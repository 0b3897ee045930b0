// Loki's push body in JSON -> streams, or the sentence that Loki's decoder gives for it.
import { findDecoderFault } from './decoder-fault.ts';
import { joinStreams, type RawStream } from './join-streams.ts';
import { quoteGo } from './print-label-set.ts';
import { createLabelMap, NO_METADATA, type ParsedPush, type PushEntry } from './push-stream.ts';
import { BAD_ARRAY, BAD_OBJECT, BAD_STRING, BAD_VALUE, type StreamFault } from './stream-fault.ts';

const MAX_INT64 = 9_223_372_036_854_775_807n;

type Read<T> = { readonly ok: true; readonly value: T } | StreamFault;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readTime(value: unknown): Read<bigint> {
  if (typeof value !== 'string' || !/^-?\d{1,30}$/.test(value)) return BAD_VALUE;
  // Fast for what senders send; BigInt takes no signs or spaces that the pattern did not see.
  const nanos = BigInt(value);
  return nanos > MAX_INT64 || nanos < -MAX_INT64 - 1n
    ? { ok: false, fault: 'Overflow integer while parsing' }
    : { ok: true, value: nanos };
}

function readMetadata(value: unknown): Read<Readonly<Record<string, string>>> {
  if (value === undefined) return { ok: true, value: NO_METADATA };
  if (!isObject(value)) return BAD_OBJECT;
  const pairs: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') return BAD_STRING;
    pairs.push([name, text]);
  }
  return { ok: true, value: pairs.length === 0 ? NO_METADATA : createLabelMap(pairs) };
}

function readEntry(value: unknown): Read<PushEntry> {
  if (!Array.isArray(value)) return BAD_ARRAY;
  const [at, line, meta]: readonly unknown[] = value;
  const time = readTime(at);
  if (!time.ok) return time;
  if (line !== undefined && typeof line !== 'string') return BAD_STRING;
  const metadata = readMetadata(meta);
  if (!metadata.ok) return metadata;
  return { ok: true, value: { timeNanos: time.value, line: line ?? '', metadata: metadata.value } };
}

/** A label that is no string counts with its JSON text, as in Loki. */
function printLabels(value: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(value).map(([name, text]) => [
    name,
    typeof text === 'string' ? text : JSON.stringify(text),
  ]);
  pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${pairs.map(([name, text = '']) => `${name}=${quoteGo(text)}`).join(', ')}}`;
}

/** One element of `streams`; also asked, with the same element, for the place of a fault. */
function readStream(value: unknown): Read<RawStream> {
  if (!isObject(value)) return BAD_OBJECT;
  const { stream, values } = value;
  if (stream !== undefined && !isObject(stream)) return BAD_OBJECT;
  if (values !== undefined && values !== null && !Array.isArray(values)) return BAD_ARRAY;
  const entries: PushEntry[] = [];
  for (const item of values ?? []) {
    const entry = readEntry(item);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return { ok: true, value: { labels: stream === undefined ? '' : printLabels(stream), entries } };
}

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false };
  }
}

/** Lists what is well; `undefined` sends the body to the slow look for its fault. */
function readStreams(body: unknown): readonly RawStream[] | undefined {
  if (body === null) return [];
  if (!isObject(body)) return undefined;
  const streams = body['streams'] ?? [];
  if (!Array.isArray(streams)) return undefined;
  const raw: RawStream[] = [];
  for (const item of streams) {
    const stream = readStream(item);
    if (!stream.ok) return undefined;
    raw.push(stream.value);
  }
  return raw;
}

export function parsePushJson(text: string): ParsedPush {
  // A body is parsed by the runtime's own parser, which is many times faster than one of ours; only a faulty one is walked again.
  const whole = parseJson(text);
  const streams = whole.ok ? readStreams(whole.value) : undefined;
  if (streams !== undefined) return joinStreams(streams);
  const found = findDecoderFault(text, (element) => {
    const parsed = parseJson(element);
    const stream = parsed.ok ? readStream(parsed.value) : BAD_VALUE;
    return stream.ok ? undefined : stream.fault;
  });
  if (found.fault !== undefined) return { ok: false, problem: found.fault };
  // Loki reads one value and does not look at what follows it.
  const first = parseJson(text.slice(0, found.end));
  const firstStreams = first.ok ? readStreams(first.value) : undefined;
  return firstStreams === undefined
    ? { ok: false, problem: 'loghttp.PushRequest: the body is not a push request' }
    : joinStreams(firstStreams);
}
