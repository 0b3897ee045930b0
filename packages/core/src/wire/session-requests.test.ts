// Parameters of the session endpoints: what they mean, and the sentence for what they cannot mean.
import { expect, test } from 'vitest';
import { parseSessionsRequest, parseSessionTailRequest, parseWhoCanRequest } from './session-requests.ts';

const HOUR = 3_600_000_000_000n;
const read = (params: Record<string, string[]>) => parseSessionsRequest(new Map(Object.entries(params)), 10n * HOUR);
const sentence = (params: Record<string, string[]>) => {
  const parsed = read(params);
  return parsed.ok ? '' : parsed.problem;
};

test('what may be asked', () => {
  const parsed = read({
    kind: ['exec,attach', 'login'],
    user: ['!bob', '~^a'],
    pod: ['web'],
    node: ['=!n'],
    since: ['2h'],
    open: ['true'],
  });
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      limit: 100,
      filter: {
        kinds: ['exec', 'attach', 'login'],
        users: [
          { negated: true, match: { kind: 'equals', text: 'bob' } },
          { negated: false, match: { kind: 'regexp', text: '^a' } },
        ],
        pods: [{ negated: false, match: { kind: 'equals', text: 'web' } }],
        nodes: [{ negated: false, match: { kind: 'equals', text: '!n' } }],
        open: true,
        denied: false,
        fromNanos: 8n * HOUR,
        untilNanos: undefined,
      },
    },
  });
});

test('what may not', () => {
  expect(sentence({ kind: ['exce'] })).toMatch(/--kind "exce" is unknown; did you mean "?exec/i);
  expect(sentence({ pods: ['web'] })).toMatch(/"pods" is not a parameter/);
  expect(sentence({ pod: ['~'] })).toMatch(/^--pod ~ needs a regular expression/);
  expect(sentence({ open: ['true'], denied: ['true'] })).toMatch(/exclude each other/);
  expect(sentence({ limit: ['many'] })).toMatch(/--limit "many"/);
  expect(sentence({ since: ['yesterday'] })).toMatch(/--since "yesterday" is not a time/);
  expect(parseSessionTailRequest(new Map([['limit', ['1']]]), 0n).ok).toBe(false);
});

test('who can', () => {
  expect(parseWhoCanRequest(new Map(), 0n)).toEqual({
    ok: true,
    value: { verb: 'exec', namespace: '', fromNanos: undefined, untilNanos: undefined },
  });
  const debug = new Map([
    ['verb', ['debug']],
    ['namespace', ['shop']],
  ]);
  expect(parseWhoCanRequest(debug, 0n)).toMatchObject({ value: { verb: 'debug', namespace: 'shop' } });
  expect(parseWhoCanRequest(new Map([['verb', ['rsh']]]), 0n)).toMatchObject({
    problem: expect.stringMatching(/--verb "rsh"/),
  });
});
