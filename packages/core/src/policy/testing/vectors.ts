// The recorded decisions of the real evaluator, unpacked for the tests.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RequestAttributes } from '../evaluate/request-attributes.ts';

const FOLDER = new URL('../../../../../corpus/policy/', import.meta.url);

export type VectorResult = readonly [
  level: string,
  omitStages: readonly string[],
  omitManagedFields: boolean,
  rule: number,
];

export interface PolicyVector {
  readonly id: string;
  readonly policy: string;
  readonly loads: boolean;
  readonly error?: string | null;
  readonly warning?: string | null;
  readonly rules?: number;
  readonly requests: readonly RequestAttributes[];
  readonly results: readonly VectorResult[];
}

function unpack(name: string): string {
  return gunzipSync(readFileSync(new URL(name, FOLDER))).toString('utf8');
}

export function readVectors(): readonly PolicyVector[] {
  const file: { requests: RequestAttributes[]; policies: PolicyVector[] } = JSON.parse(unpack('vectors.json.gz'));
  return file.policies.map((policy) => ({ ...policy, requests: file.requests }));
}

export function readRandomVectors(): readonly PolicyVector[] {
  return readLines('random-vectors.ndjson.gz').map((line) => JSON.parse(line));
}

export function readRequestInfos(): readonly Record<string, unknown>[] {
  return readLines('requestinfo.ndjson.gz').map((line) => JSON.parse(line));
}

/** A text and what the YAML reader of API servers makes of it: JSON with "#num" for numbers, or its error. */
export interface ReaderVector {
  readonly text: string;
  readonly json?: unknown;
  readonly error?: string;
}

export function readReaderVectors(): readonly ReaderVector[] {
  return readLines('yaml-reader.ndjson.gz').map((line) => JSON.parse(line));
}

function readLines(name: string): readonly string[] {
  return unpack(name)
    .split('\n')
    .filter((line) => line !== '');
}
