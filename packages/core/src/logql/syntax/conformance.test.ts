// Every recorded request of a real Loki that carries a query: what it read we read, what it refused we refuse in its words.
import { expect, test } from 'vitest';
import { formatLogql, parseLogql, parseSelectorText, printLogql } from './index.ts';
import { type QueryVector, readQueryVectors } from './testing/vectors.ts';
import { withoutSpans } from './testing/without-spans.ts';

const vectors = readQueryVectors();
/** Whether a template compiles is known where templates are compiled, in the pipeline. */
const OF_TEMPLATES = /^parse error : stage '.*' : invalid (?:line )?template/;
/** Questions about streams may ask for all of them. */
const ABOUT_STREAMS = /\/(?:series|labels?|volume|volume_range|stats|detected_\w+)$/;

function isRefusal({ error }: QueryVector): boolean {
  return error?.startsWith('parse error') === true && !OF_TEMPLATES.test(error);
}

test('there is something to compare', () => {
  expect(vectors.length).toBeGreaterThan(380);
  expect(vectors.filter(isRefusal).length).toBeGreaterThan(60);
  expect(vectors.filter(({ formatted }) => formatted !== undefined).length).toBeGreaterThan(2);
});

test.each(vectors.filter(isRefusal).map((vector) => [vector.id, vector] as const))(
  '%s: the same sentence',
  (_, vector) => {
    const parsed = parseLogql(vector.query);
    expect(parsed.ok ? 'no mistake' : parsed.problem.message).toBe(vector.error);
  },
);

test('reads what Loki reads, and prints it so that it reads the same', () => {
  const differing: unknown[] = [];
  for (const vector of vectors.filter((one) => !isRefusal(one))) {
    const parsed = parseLogql(vector.query);
    if (!parsed.ok) {
      if (!(ABOUT_STREAMS.test(vector.endpoint) && parseSelectorText(vector.query).ok)) differing.push(vector, parsed);
      continue;
    }
    for (const text of [printLogql(parsed.query), formatLogql(parsed.query)]) {
      const again = parseLogql(text);
      if (!again.ok) differing.push({ text, ...again.problem });
      else expect(withoutSpans(again.query)).toEqual(withoutSpans(parsed.query));
    }
  }
  expect(differing).toEqual([]);
});

test('formats as Loki formats', () => {
  for (const { query, formatted } of vectors) {
    if (formatted === undefined) continue;
    const parsed = parseLogql(query);
    expect(parsed.ok && formatLogql(parsed.query)).toBe(formatted);
  }
});
