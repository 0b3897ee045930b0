// Every recorded answer of Loki's other read endpoints: over the recorded entries, printed, compared.
import { expect, test } from 'vitest';
import { printDetectedLabels, printList, printMetric, printNames, type StreamRow } from '../answer/index.ts';
import { defaultStepNanos } from '../metric/index.ts';
import { type Answer, findDifference } from '../metric/testing/compare.ts';
import { createSource, readEntries, readVectors, type Vector } from '../metric/testing/corpus.ts';
import { readStep, readText, readTime } from '../metric/testing/request.ts';
import { type Matcher, parseSelectorText } from '../syntax/index.ts';
import {
  detectFields,
  detectFieldValues,
  detectLabels,
  findPatterns,
  listLabelNames,
  listLabelValues,
  listStreams,
  measureStats,
  measureVolume,
  measureVolumeRange,
  sumStreams,
  type VolumeQuestion,
} from './index.ts';

const PREFIX = '/loki/api/v1/';
const ENDPOINTS =
  /^(?:labels?|label\/\w+\/values|series|index\/(?:stats|volume|volume_range)|detected_labels|detected_fields|detected_field\/\w+\/values|patterns)$/;

const source = createSource(readEntries());
const vectors = readVectors('vectors.ndjson.gz').filter(
  ({ endpoint }) => endpoint.startsWith(PREFIX) && ENDPOINTS.test(endpoint.slice(PREFIX.length)),
);

function answer(vector: Vector): Answer {
  const path = vector.endpoint.slice(PREFIX.length);
  const selectors = path === 'series' ? readSelectors(vector) : [readText(vector, 'query') ?? '{}'];
  const parsed = selectors.map(parseSelectorText);
  const refused = parsed.find(({ ok }) => !ok);
  if (refused?.ok === false) return { status: 400, error: refused.problem.message };
  const queries = parsed.flatMap((selector) => (selector.ok ? [selector.matchers] : []));
  const [startNanos, endNanos] = [readTime(vector, 'start'), readTime(vector, 'end')];
  const [matchers = []] = queries;
  const entries = queries.flatMap((each) => [...source(each, startNanos, endNanos)]);
  const streams = entries.map(({ labels }) => labels);
  const rows = entries
    .map(({ labels, ...rest }): StreamRow => ({ ...rest, stream: labels, parsed: {} }))
    .sort((left, right) => Number(right.timeNanos - left.timeNanos))
    .slice(0, Number(readText(vector, 'line_limit') ?? '100'));
  const limit = Number(readText(vector, 'limit') ?? '1000');
  const stepNanos = readStep(vector) ?? defaultStepNanos(startNanos, endNanos);
  const success = (data: unknown): Answer => ({ status: 200, response: { status: 'success', data } });
  const [first = '', second = '', third] = path.split('/');
  switch (third === undefined ? path : `${first}/*/${third}`) {
    case 'label':
    case 'labels':
      return { status: 200, response: printNames(listLabelNames(streams)) };
    case 'label/*/values':
      return { status: 200, response: printNames(listLabelValues(streams, second)) };
    case 'series':
      return { status: 200, response: printList(listStreams(streams)) };
    case 'index/stats':
      return { status: 200, response: measureStats(sumStreams(entries)) };
    case 'index/volume':
      return success(printMetric(measureVolume(sumStreams(entries), volumeQuestion(vector, matchers), endNanos)));
    case 'index/volume_range': {
      const range = { startNanos, endNanos, stepNanos };
      return success(
        printMetric(measureVolumeRange(sumStreams(entries, stepNanos), volumeQuestion(vector, matchers), range)),
      );
    }
    case 'detected_labels':
      return { status: 200, response: printDetectedLabels(detectLabels(streams)) };
    case 'detected_fields':
      return { status: 200, response: { fields: detectFields(rows, limit), limit } };
    case 'detected_field/*/values':
      return { status: 200, response: { values: detectFieldValues(rows, second, limit), limit } };
    case 'patterns':
      return success(findPatterns(entries, stepNanos, { maxPatterns: 300, maxTokens: 500 }));
    default:
      throw new Error(`no such endpoint: ${path}`);
  }
}

function readSelectors(vector: Vector): readonly string[] {
  const selectors = vector.params['match[]'] ?? vector.params['match'] ?? '{}';
  return typeof selectors === 'string' ? [selectors] : selectors;
}

function volumeQuestion(vector: Vector, matchers: readonly Matcher[]): VolumeQuestion {
  return {
    matchers,
    targetLabels: readText(vector, 'targetLabels')?.split(',') ?? [],
    aggregateBy: readText(vector, 'aggregateBy') === 'labels' ? 'labels' : 'series',
    limit: Number(readText(vector, 'limit') ?? '100'),
  };
}

let ran = 0;

test.each(vectors.map((vector) => [`${vector.id} ${vector.endpoint} ${vector.query ?? ''}`, vector] as const))(
  '%s',
  (_name, vector) => {
    ran++;
    const difference = findDifference(vector, answer(vector));
    if (difference !== undefined) throw new Error(difference);
  },
);

test('volumes that Loki rounds to its chunks still have its labels and points', () => {
  for (const vector of vectors.filter(({ endpoint, status }) => endpoint.includes('volume') && status === 200)) {
    const recorded = readTimes(vector.response);
    const ours = readTimes(answer(vector).response);
    expect([...ours.keys()].sort(), vector.id).toEqual([...recorded.keys()].sort());
    for (const [metric, times] of recorded) {
      // What is left of a chunk at its very end rounds to nothing there.
      expect(ours.get(metric)?.slice(0, times.length), vector.id).toEqual(times);
      expect((ours.get(metric)?.length ?? 0) - times.length, vector.id).toBeLessThanOrEqual(1);
    }
  }
});

function readTimes(response: unknown): ReadonlyMap<string, readonly unknown[]> {
  const { data } = response as { data: { result: { metric: object; value?: unknown[]; values?: unknown[][] }[] } };
  return new Map(
    data.result.map(({ metric, value, values }) => [
      JSON.stringify(Object.entries(metric).sort()),
      (values ?? [value ?? []]).map(([time]) => time),
    ]),
  );
}

test('every catalogue request of the recording ran', () => {
  console.log(`${ran} catalogue requests`);
  expect(vectors.length).toBe(29);
  expect(ran).toBe(vectors.length);
});
