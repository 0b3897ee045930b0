// Templates belong to the pipeline, yet a mistake in one is a mistake of the query: Loki's recorded sentences for them.
import { expect, test } from 'vitest';
import { checkLogql } from './index.ts';
import { readQueryVectors } from './syntax/testing/vectors.ts';

test('says of every recorded query what Loki says before it reads anything', () => {
  const differing: unknown[] = [];
  for (const { id, query, error, endpoint } of readQueryVectors()) {
    if (endpoint.endsWith('/volume')) continue;
    const checked = checkLogql(query);
    const said = checked.ok ? undefined : checked.problem.message;
    const wanted = error?.startsWith('parse error') === true ? error : undefined;
    if (said !== wanted && !(query === '{}' && wanted === undefined)) differing.push({ id, query, said, wanted });
  }
  expect(differing).toEqual([]);
});

test('a place in the text, and templates inside of metrics', () => {
  const text = 'sum(rate({a="b"} | json | line_format "{{nope}}" [5m]))';
  expect(checkLogql(text)).toMatchObject({
    ok: false,
    problem: { offset: text.indexOf('| line_format'), message: expect.stringContaining('function "nope" not defined') },
  });
  expect(checkLogql('{a="b"} | line_format "{{.x}}"').ok).toBe(true);
});
