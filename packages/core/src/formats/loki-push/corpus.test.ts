// Push bodies recorded with real Loki's answers: the codec must find the same faults in the same words.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePushJson } from './parse-push-json.ts';

interface PushVector {
  readonly name: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly status: number;
  readonly response: string;
}

const file = new URL('../../../../../corpus/loki/push-vectors.json', import.meta.url);
const vectors: readonly PushVector[] = JSON.parse(readFileSync(file, 'utf8'));
/** Their clock, so that the bytes around a fault are the recorded ones. */
const THEN: Readonly<Record<string, string>> = {
  'numeric timestamp': '1795205214067000000',
  'non-string metadata': '1795205214082000000',
};
/** The recording cut the body of one case; its name tells what it held. */
const CUT = 'label name too long';
const json = vectors.filter((v) => v.contentType === 'application/json' && v.body !== '(binary)' && v.name !== CUT);

test('the file holds what this suite was written for', () => {
  expect(vectors.length).toBe(18);
  expect(json.length).toBe(13);
});

test.each(json.map((v) => [v.name, v] as const))('%s', (name, vector) => {
  const body = (vector.body ?? '').replaceAll('<now_ns>', THEN[name] ?? '1795205214000000000');
  const parsed = parsePushJson(body);
  const problem = parsed.ok ? parsed.problems.join('; ') : parsed.problem;
  const isCodecs = /^(EOF|couldn't parse|loghttp)/.test(vector.response);
  expect(`${problem}\n`).toBe(isCodecs ? vector.response : '\n');
});
