// Explain over HTTP: parameters become a question, the answer is plain JSON, refusals are Loki's sentences as problems.
import type { ExplainAnswer } from '@kubewitness/core/wire';
import { expect, test } from 'vitest';
import { answeredWith, refusedWith } from '../loki/index.ts';
import type { ExplainQuestion } from '../query/index.ts';
import { ask } from './testing/ask.ts';
import { openServer } from './testing/open-server.ts';

const ANSWER: ExplainAnswer = {
  query: 'vector(1)',
  kind: 'metric',
  ast: { kind: 'vector', value: 1, nested: { deep: ['x'] } },
  pushed: 'wholly',
  plan: [{ depth: 0, part: 'vector(1)', runs: 'server', why: 'a number' }],
  statements: [{ purpose: 'partial sums', sql: 'SELECT 1', rows: 1, bytes: 2, millis: 0.5 }],
  rowsRead: 1,
  bytesRead: 2,
  millis: 1.5,
  answered: 1,
};

async function open() {
  const asked: ExplainQuestion[] = [];
  const server = await openServer({
    options: {
      explain: async (question) => {
        asked.push(question);
        return question.tenant === 'audit' ? answeredWith(ANSWER) : refusedWith(500, 'found duplicate series');
      },
    },
  });
  const explain = async (params: Record<string, string>) => {
    const answer = await ask(`${server.url}/api/v1/explain?${new URLSearchParams(params)}`);
    return { status: answer.status, body: JSON.parse(answer.text) };
  };
  return { explain, asked };
}

test('a moment, a range, a log query', async () => {
  const { explain, asked } = await open();
  expect(await explain({ query: 'vector(1)', time: '10' })).toEqual({ status: 200, body: ANSWER });
  await explain({ query: 'sum(rate({a="b"}[5m]))', start: '10', end: '20', step: '5' });
  await explain({ query: '{a="b"} |= "x"', start: '10', end: '20', limit: '7', direction: 'forward' });
  const second = 1_000_000_000n;
  expect(asked).toMatchObject([
    { kind: 'metric', tenant: 'audit', window: { kind: 'instant', timeNanos: 10n * second } },
    {
      kind: 'metric',
      window: { kind: 'range', startNanos: 10n * second, endNanos: 20n * second, stepNanos: 5n * second },
    },
    { kind: 'log', startNanos: 10n * second, endNanos: 20n * second, limit: 7, direction: 'forward' },
  ]);
});

test.each([
  [{ query: '{a=' }, 'parse error'],
  [{ query: '{a="b"}', time: '1' }, 'a log query has no moment'],
  [{ query: 'vector(1)', start: '2', end: '1' }, 'end timestamp must not be before'],
  [{ query: '{a="b"}', limit: '100000000' }, 'max entries limit'],
])('%j is refused', async (params, sentence) => {
  const { explain, asked } = await open();
  const { status, body } = await explain(params);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'KW_BAD_REQUEST', detail: expect.stringContaining(sentence) });
  expect(asked).toEqual([]);
});
