// Whatever people put into the parameters of Loki's API: an answer or a sentence, never a mistake of the server, never a stack.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask } from '../testing/ask.ts';
import { openLoki, THEN_NANOS } from './testing/open-loki.ts';
import { push } from './testing/push-client.ts';

const PATHS = [
  'query',
  'query_range',
  'labels',
  'label/a/values',
  'label/%F0%9F%90%B3/values',
  'series',
  'index/stats',
  'index/volume',
  'index/volume_range',
  'detected_labels',
  'detected_fields',
  'detected_field/x/values',
  'patterns',
  'tail',
  'format_query',
];
const QUERIES = ['{a="b"}', '{a="b"} | json', 'count_over_time({a="b"}[1m])', 'vector(1)', '{}', '{a', '1', ''];
const TIMES = [
  '0',
  '-5',
  '1795205214',
  '1795205213.5',
  '1795205214000000000',
  '2026-11-20T20:06:54Z',
  '9'.repeat(30),
  'NaN',
];
const odd = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('', '0', '-1', '1e9', 'Inf', '5m', '1h', '1y', ';', '%'),
);
const params = fc.record(
  {
    query: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...QUERIES) }, odd),
    'match[]': fc.constantFrom(...QUERIES),
    start: fc.oneof(fc.constantFrom(...TIMES), odd),
    end: fc.oneof(fc.constantFrom(...TIMES), odd),
    time: fc.oneof(fc.constantFrom(...TIMES), odd),
    since: odd,
    step: odd,
    interval: odd,
    limit: odd,
    line_limit: odd,
    direction: fc.constantFrom('forward', 'BACKWARD', 'up'),
    targetLabels: fc.constantFrom('a', ',', 'a,b'),
    aggregateBy: fc.constantFrom('labels', 'series', 'x'),
    delay_for: odd,
  },
  { requiredKeys: [] },
);

test('any parameters are answered or refused in a sentence', async () => {
  const server = await openLoki();
  const lines = ['{"x":1,"y":{"z":"t"}}', 'x=2 y=3', ''];
  const values = lines.map((line, n) => [String(THEN_NANOS - BigInt(n + 1)), line] as const);
  await push(server.url, '', [{ stream: { a: 'b' }, values }], 'json');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), params, fc.boolean(), async (path, given, posted) => {
      const form = new URLSearchParams(given).toString();
      const url = `${server.url}/loki/api/v1/${path}`;
      const isPost = posted && path !== 'tail';
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const { status, text } = isPost ? await ask(url, { body: form, headers }) : await ask(`${url}?${form}`);
      expect([200, 400]).toContain(status);
      if (status === 400) {
        expect(text).not.toBe('');
        expect(text).not.toMatch(/\bat \S+ \(|\.ts:\d/);
      } else expect(() => JSON.parse(text)).not.toThrow();
    }),
    { numRuns: 400 },
  );
}, 60_000);
