// A pushed entry as one row of a segment: tenant, labels, time, metadata and line -> text; bytes of that text -> the entry with its line's bytes.
import { decodeUtf8, printIdentity } from '../../event/index.ts';
import { printLabelSet } from './print-label-set.ts';
import { createLabelMap, NO_METADATA, type PushEntry } from './push-stream.ts';

/** No JSON and no log line of an API server begins so: the engine's own parser gives up at the first byte. */
const MAGIC = 'push1 ';
const MAGIC_BYTES: readonly number[] = [...MAGIC].map((character) => character.charCodeAt(0));
const NEWLINE = 10;
/** Streams whose labels are kept parsed while a segment is read. */
const MAX_KNOWN_STREAMS = 10_000;

type Labels = Readonly<Record<string, string>>;

export interface PushedStreamHead {
  readonly tenant: string;
  readonly labels: Labels;
  /** The labels as Loki prints them: part of the identity. */
  readonly text: string;
}

export interface PushedLine {
  readonly stream: PushedStreamHead;
  readonly timeNanos: bigint;
  readonly metadata: Labels;
  /** A view of the row's bytes. */
  readonly line: Uint8Array;
}

/**
 * `push1 ["tenant",{labels}]`, time, metadata (nothing when there is none) and the line, which comes last and may hold newlines.
 * JSON escapes them in the others. What depends on the stream is printed once.
 */
export function createEnvelopePrinter(tenant: string, labels: Labels): (entry: PushEntry) => string {
  const head = `${MAGIC}${JSON.stringify([tenant, labels])}\n`;
  return ({ timeNanos, metadata, line }) => {
    const meta = metadata === NO_METADATA || Object.keys(metadata).length === 0 ? '' : JSON.stringify(metadata);
    return `${head}${timeNanos}\n${meta}\n${line}`;
  };
}

function readLabels(value: unknown): Labels | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const pairs: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') return undefined;
    pairs.push([name, text]);
  }
  return createLabelMap(pairs);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseHead(text: string): PushedStreamHead | undefined {
  const read = parseJson(text);
  if (!Array.isArray(read)) return undefined;
  const [tenant, value]: readonly unknown[] = read;
  const labels = readLabels(value);
  return typeof tenant === 'string' && labels !== undefined
    ? { tenant, labels, text: printLabelSet(labels) }
    : undefined;
}

/** Undefined for bytes that no printer above made. */
export function createEnvelopeReader(): (bytes: Uint8Array) => PushedLine | undefined {
  const known = new Map<string, PushedStreamHead>();

  function getHead(text: string): PushedStreamHead | undefined {
    const found = known.get(text) ?? parseHead(text);
    if (found !== undefined && known.size < MAX_KNOWN_STREAMS) known.set(text, found);
    return found;
  }

  return (bytes) => {
    if (MAGIC_BYTES.some((byte, at) => bytes[at] !== byte)) return undefined;
    const headEnd = bytes.indexOf(NEWLINE, MAGIC_BYTES.length);
    const timeEnd = headEnd < 0 ? -1 : bytes.indexOf(NEWLINE, headEnd + 1);
    const metadataEnd = timeEnd < 0 ? -1 : bytes.indexOf(NEWLINE, timeEnd + 1);
    if (metadataEnd < 0) return undefined;
    const stream = getHead(decodeUtf8(bytes, MAGIC_BYTES.length, headEnd));
    const time = decodeUtf8(bytes, headEnd + 1, timeEnd);
    const meta = decodeUtf8(bytes, timeEnd + 1, metadataEnd);
    const metadata = meta === '' ? NO_METADATA : readLabels(parseJson(meta));
    if (stream === undefined || metadata === undefined || !/^-?\d{1,20}$/.test(time)) return undefined;
    return { stream, timeNanos: BigInt(time), metadata, line: bytes.subarray(metadataEnd + 1) };
  };
}

/** What comes before the line in the text that is hashed to the entry's identity: Loki's own rule for what is the same. */
export function printPushedIdentityHead({ tenant, text }: PushedStreamHead, timeNanos: bigint): string {
  return printIdentity('pushed-entry', { tenant, labels: text, timeNanos: timeNanos.toString(), line: '' });
}
