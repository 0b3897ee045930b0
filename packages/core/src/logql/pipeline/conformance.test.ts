// Every recorded log query of real Loki against this evaluator, over the same entries, without any engine or server.
import { expect, test } from 'vitest';
import { readEntries, readVectors, type Vector } from '../metric/testing/corpus.ts';
import { parseLogql, printStageProblem } from '../syntax/index.ts';
import { compilePipeline } from './compile-pipeline.ts';
import { type LogRequest, printLabels, runLogQuery } from './testing/run-log-query.ts';

interface RecordedStream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly unknown[];
}

const entries = [...readEntries()].sort((a, b) => (a.timeNanos < b.timeNanos ? -1 : a.timeNanos > b.timeNanos ? 1 : 0));
const vectors = readVectors('vectors.ndjson.gz').filter(isLogQuery);

/** What the file holds; a run over fewer would prove less than it says. */
const FEWEST = 151;

test(`answers ${vectors.length} recorded log queries as Loki did`, () => {
  const differences = vectors.flatMap((vector) => {
    const difference = findDifference(vector);
    return difference === undefined ? [] : [`${vector.id} ${vector.query}: ${difference}`];
  });
  expect(differences).toEqual([]);
  expect(vectors.length).toBeGreaterThanOrEqual(FEWEST);
});

test('refuses templates in the words of the recordings', () => {
  const refused = readVectors('vectors.ndjson.gz').filter(({ error }) =>
    /invalid (?:line )?template/.test(error ?? ''),
  );
  const sentences = refused.map(({ query }) => findRefusal(query ?? ''));
  expect(sentences).toEqual(refused.map(({ error }) => error));
  expect(refused.length).toBeGreaterThanOrEqual(2);
});

function findRefusal(query: string): string | undefined {
  const parsed = parseLogql(query);
  if (!parsed.ok || parsed.query.kind !== 'log') return undefined;
  const { stages } = parsed.query;
  const pipeline = compilePipeline(stages);
  const named = pipeline.ok ? undefined : stages.find((stage) => stage === pipeline.problem.stage);
  if (pipeline.ok || named === undefined) return undefined;
  return `parse error : ${printStageProblem(stages, named, pipeline.problem.message)}`;
}

function isLogQuery(vector: Vector): boolean {
  return vector.status === 200 && readStreams(vector) !== undefined;
}

function readStreams({ response }: Vector): readonly RecordedStream[] | undefined {
  const { data } = (response ?? {}) as { data?: { resultType?: string; result?: readonly RecordedStream[] } };
  return data?.resultType === 'streams' ? (data.result ?? []) : undefined;
}

function findDifference(vector: Vector): string | undefined {
  const parsed = parseLogql(vector.query ?? '');
  if (!parsed.ok) return JSON.stringify(parsed.problem);
  if (parsed.query.kind !== 'log') return 'not a log query';
  const org = vector.headers?.['X-Scope-OrgID'];
  const answer = runLogQuery(parsed.query, readRequest(vector), org === undefined || org === 'audit' ? entries : []);
  if (!answer.ok) return answer.message;
  const recorded = readStreams(vector) ?? [];
  for (const { stream, values } of recorded) {
    const ours = answer.streams.get(printLabels(stream));
    if (ours === undefined)
      return `lacks ${printLabels(stream)}; has ${[...answer.streams.keys()].slice(0, 3).join(' ')}`;
    const want = values.map((value) => JSON.stringify(value));
    const wrong = want.findIndex((value, index) => ours[index] !== value);
    if (wrong !== -1 || want.length !== ours.length)
      return `${ours[wrong]}, want ${want[wrong]} (${ours.length}/${want.length})`;
  }
  return answer.streams.size === recorded.length
    ? undefined
    : `${answer.streams.size} streams, want ${recorded.length}`;
}

function readRequest({ params, headers }: Vector): LogRequest {
  const end = readNanos(params['end']);
  const since = /^(\d+)m$/.exec(String(params['since'] ?? ''))?.[1];
  const interval = /^(\d+)m$/.exec(String(params['interval'] ?? ''))?.[1];
  const minutes = (count: string) => BigInt(count) * 60_000_000_000n;
  return {
    startNanos: since === undefined ? readNanos(params['start']) : end - minutes(since),
    endNanos: end,
    limit: Number(params['limit'] ?? 100),
    forward: params['direction'] === 'forward',
    intervalNanos: interval === undefined ? 0n : minutes(interval),
    categorize: headers?.['X-Loki-Response-Encoding-Flags'] === 'categorize-labels',
  };
}

/** Nanoseconds, or seconds when it is that short. */
function readNanos(value: unknown): bigint {
  const text = String(value);
  return BigInt(text) * (text.length < 12 ? 1_000_000_000n : 1n);
}
