// OTLP logs in JSON -> streams as Loki maps them, or a sentence. Tolerant as the collector: unknown fields are passed over, numbers may be texts.
import type { ParsedPush } from '../loki-push/push-stream.ts';
import { mapToStreams } from './map-to-streams.ts';
import type { OtlpRecord, OtlpResource, OtlpScope } from './otlp-record.ts';
import { MAX_VALUE_DEPTH, NO_VALUE, type OtlpPair, type OtlpValue } from './otlp-value.ts';
import { quoteLongIntegers } from './quote-long-integers.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Unwinds at the first fault; never leaves this file. */
class Fault extends Error {}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The specification writes `resourceLogs`; `resource_logs` is taken too, as the collector does. */
function readField(fields: Fields, name: string): unknown {
  const other = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return fields[name] ?? fields[other] ?? undefined;
}

function readObject(fields: Fields, name: string): Fields {
  const value = readField(fields, name);
  if (value === undefined) return {};
  if (!isObject(value)) throw new Fault(`${name}: expected an object`);
  return value;
}

function readObjects(fields: Fields, name: string): readonly Fields[] {
  const value = readField(fields, name);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Fault(`${name}: expected an array`);
  return value.map((item: unknown) => {
    if (!isObject(item)) throw new Fault(`${name}: expected an array of objects`);
    return item;
  });
}

function readText(fields: Fields, name: string): string {
  const value = readField(fields, name);
  if (value === undefined) return '';
  if (typeof value !== 'string') throw new Fault(`${name}: expected a string`);
  return value;
}

function parseWhole(value: unknown, name: string): bigint {
  if (value === undefined || value === '') return 0n;
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  // As 1.5e18 may stand for it: what has only digits came as a text.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return BigInt(value);
  if (typeof text !== 'string' || !/^-?\d{1,20}$/.test(text)) throw new Fault(`${name}: expected a whole number`);
  return BigInt(text);
}

const readWhole = (fields: Fields, name: string): bigint => parseWhole(readField(fields, name), name);
const readNanos = (fields: Fields, name: string): bigint => BigInt.asUintN(64, readWhole(fields, name));
const readCount = (fields: Fields, name: string): number => Number(BigInt.asUintN(32, readWhole(fields, name)));

/** Ids are hex in JSON; zeros mean that there is none. */
function readId(fields: Fields, name: string, bytes: number): string {
  const text = readText(fields, name).toLowerCase();
  if (text !== '' && !(/^[0-9a-f]+$/.test(text) && text.length === 2 * bytes))
    throw new Fault(`${name}: expected ${bytes} bytes in hex`);
  return /^0*$/.test(text) ? '' : text;
}

function readDouble(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  throw new Fault('doubleValue: expected a number');
}

function readValue(fields: Fields, depth: number): OtlpValue {
  if (depth > MAX_VALUE_DEPTH) throw new Fault(`a value is nested deeper than ${MAX_VALUE_DEPTH}`);
  const text = readField(fields, 'stringValue');
  if (text !== undefined) return { kind: 'text', text: readText(fields, 'stringValue') };
  const bool = readField(fields, 'boolValue');
  if (typeof bool === 'boolean') return { kind: 'bool', value: bool };
  if (bool !== undefined) throw new Fault('boolValue: expected true or false');
  const int = readField(fields, 'intValue');
  if (int !== undefined) return { kind: 'int', value: BigInt.asIntN(64, parseWhole(int, 'intValue')) };
  const double = readField(fields, 'doubleValue');
  if (double !== undefined) return { kind: 'double', value: readDouble(double) };
  if (readField(fields, 'arrayValue') !== undefined) {
    const items = readObjects(readObject(fields, 'arrayValue'), 'values');
    return { kind: 'list', items: items.map((item) => readValue(item, depth + 1)) };
  }
  if (readField(fields, 'kvlistValue') !== undefined) {
    const pairs = readPairs(readObject(fields, 'kvlistValue'), 'values', depth + 1);
    return { kind: 'map', pairs };
  }
  const bytes = readText(fields, 'bytesValue');
  return bytes === '' ? NO_VALUE : { kind: 'bytes', base64: bytes };
}

function readPairs(fields: Fields, name: string, depth = 0): readonly OtlpPair[] {
  return readObjects(fields, name).map((pair) => ({
    key: readText(pair, 'key'),
    value: readValue(readObject(pair, 'value'), depth),
  }));
}

function readRecord(fields: Fields): OtlpRecord {
  const severity = readField(fields, 'severityNumber');
  return {
    timeNanos: readNanos(fields, 'timeUnixNano'),
    observedNanos: readNanos(fields, 'observedTimeUnixNano'),
    // Names of the enum (`SEVERITY_NUMBER_INFO`) are allowed too; the text beside them says the same.
    severityNumber: typeof severity === 'string' && !/^\d+$/.test(severity) ? 0 : readCount(fields, 'severityNumber'),
    severityText: readText(fields, 'severityText'),
    body: readValue(readObject(fields, 'body'), 0),
    attributes: readPairs(fields, 'attributes'),
    droppedAttributes: readCount(fields, 'droppedAttributesCount'),
    flags: readCount(fields, 'flags'),
    traceId: readId(fields, 'traceId', 16),
    spanId: readId(fields, 'spanId', 8),
    eventName: readText(fields, 'eventName'),
  };
}

function readScope(fields: Fields): OtlpScope {
  const scope = readObject(fields, 'scope');
  return {
    name: readText(scope, 'name'),
    version: readText(scope, 'version'),
    attributes: readPairs(scope, 'attributes'),
    droppedAttributes: readCount(scope, 'droppedAttributesCount'),
    records: readObjects(fields, 'logRecords').map(readRecord),
  };
}

const readResource = (fields: Fields): OtlpResource => ({
  attributes: readPairs(readObject(fields, 'resource'), 'attributes'),
  scopes: readObjects(fields, 'scopeLogs').map(readScope),
});

export function parseOtlpJson(text: string, nowNanos: bigint): ParsedPush {
  try {
    const body: unknown = JSON.parse(quoteLongIntegers(text));
    if (!isObject(body)) throw new Fault('expected an object with resourceLogs');
    const resources = readObjects(body, 'resourceLogs').map(readResource);
    return { ok: true, streams: mapToStreams(resources, nowNanos), problems: [] };
  } catch (fault) {
    if (fault instanceof Fault || fault instanceof SyntaxError)
      return { ok: false, problem: `couldn't parse the OTLP request: ${fault.message}` };
    throw fault;
  }
}
