// Random pipelines: every kind of stage with every kind of part.
import fc from 'fast-check';
import type { Condition, Extraction, LabelTarget, LineFilter, Matcher, Span, Stage, UnwrapValue } from '../ast.ts';

/** Where parts of a query are that nobody wrote. */
export const NOWHERE: Span = { start: 0, end: 0 };

// Names like functions on purpose: they are names wherever no bracket follows.
export const name = fc.oneof(
  fc.constantFrom('app', '__error__', 'objectRef_namespace', 'sum', 'ip', 'duration', 'bytes', 'rate', 'ä1', 'vector'),
  fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/).filter((text) => !KEYWORDS.has(text)),
);
const KEYWORDS = new Set([
  ...['by', 'without', 'bool', 'json', 'regexp', 'logfmt', 'line_format', 'label_format', 'unwrap', 'unpack', 'offset'],
  ...['pattern', 'on', 'ignoring', 'group_left', 'group_right', 'decolorize', 'drop', 'keep', 'or', 'and', 'unless'],
]);

export const nanos = fc.bigInt(-(2n ** 63n) + 1n, 2n ** 63n - 1n);
/** Half a surrogate pair cannot be written as UTF-8, so no query has one. */
export const wellFormed = (some: string): string => Buffer.from(some).toString();

const text = fc.oneof(
  fc.string({ unit: 'binary' }).map(wellFormed),
  fc.constantFrom('', '"', '\\', '`', '\n', '{{.a}}', 'é\u2028', '#', '//'),
);
const regexp = fc.constantFrom('.+', '(?i)a|b', '[^x]*', '^\\d{3}$', 'a\\.b', '');
const ip = fc.constantFrom('10.0.0.0/8', '192.168.0.1', '10.0.0.1-10.0.0.9', '2001:db8::/32', '::1', '::ffff:10.0.0.1');
const fixed = <Value>(value: Value) => fc.constant<Value>(value);
const span = fc.constant<Span>(NOWHERE);

export const arbitraryMatcher: fc.Arbitrary<Matcher> = fc.oneof(
  fc.record({ kind: fixed('matcher' as const), span, name, operator: fc.constantFrom('=', '!='), value: text }),
  fc.record({ kind: fixed('matcher' as const), span, name, operator: fc.constantFrom('=~', '!~'), value: regexp }),
);

const compare = fc.constantFrom('==', '!=', '>', '>=', '<', '<=');
const bytes = fc.oneof(
  fc.nat(),
  fc.nat(2000).map((count) => count * 1024 ** 2),
  fc.nat(2000).map((count) => count * 1000 ** 3),
  fc.double({ min: 0, max: 2 ** 63, noNaN: true }).map(Math.trunc),
);

const conditions = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    arbitraryMatcher.map(
      ({ name: label, operator, value }): Condition => ({ kind: 'string', span: NOWHERE, label, operator, value }),
    ),
    fc.record({
      kind: fixed('number' as const),
      span,
      label: name,
      operator: compare,
      value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    }),
    fc.record({ kind: fixed('duration' as const), span, label: name, operator: compare, nanos }),
    fc.record({ kind: fixed('bytes' as const), span, label: name, operator: compare, bytes }),
    fc.record({ kind: fixed('ip' as const), span, label: name, operator: fc.constantFrom('=', '!='), value: ip }),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      span,
      left: tie('condition'),
      right: tie('condition'),
    }),
  ),
}));

const lineFilter: fc.Arbitrary<LineFilter> = fc
  .record({
    operator: fc.constantFrom('|=', '!=', '|~', '!~', '|>', '!>'),
    texts: fc.array(text, { minLength: 1, maxLength: 3 }),
    last: fc.option(ip, { nil: undefined }),
  })
  .map(({ operator, texts, last }) => {
    const isPattern = operator === '|>' || operator === '!>';
    const isRegexp = operator === '|~' || operator === '!~';
    const values = isPattern ? ['<_>a<_>'] : isRegexp ? texts.map(() => '[a-c]+') : texts;
    const written = values.map((value) => ({ kind: 'text' as const, span: NOWHERE, value }));
    // An address ends the chain: nothing can be said behind it.
    const addresses =
      last === undefined || isPattern || isRegexp ? [] : [{ kind: 'ip' as const, span: NOWHERE, value: last }];
    return { kind: 'lineFilter', span: NOWHERE, operator, alternatives: [...written, ...addresses] };
  });

const extractions = (path: fc.Arbitrary<string>): fc.Arbitrary<readonly Extraction[]> =>
  fc.array(fc.record({ kind: fixed('extraction' as const), span, label: name, path }), { maxLength: 3 });
const targets: fc.Arbitrary<readonly LabelTarget[]> = fc.array(
  fc.oneof(fc.record({ kind: fixed('labelName' as const), span, name }), arbitraryMatcher),
  {
    minLength: 1,
    maxLength: 3,
  },
);

const stage: fc.Arbitrary<Stage> = fc.oneof(
  lineFilter,
  fc.record({
    kind: fixed('json' as const),
    span,
    extractions: extractions(fc.constantFrom('a', 'a.b[0]', '["x y"].c', 'a["q\\r"]')),
  }),
  fc.record({
    kind: fixed('logfmt' as const),
    span,
    strict: fc.boolean(),
    keepEmpty: fc.boolean(),
    extractions: extractions(fc.constantFrom('a', 'level_1')),
  }),
  fc.record({ kind: fixed('regexp' as const), span, expression: fc.constantFrom('(?P<a>\\w+) (?P<b>.*)', '(?P<x>`)') }),
  fc.record({ kind: fixed('pattern' as const), span, expression: fc.constantFrom('<a> - <_>', '"<a>"<b c>') }),
  fc.record({ kind: fc.constantFrom('unpack' as const, 'decolorize' as const), span }),
  conditions.condition.map((condition): Stage => ({ kind: 'labelFilter', span: NOWHERE, condition })),
  fc.record({ kind: fixed('lineFormat' as const), span, template: text }),
  fc
    .uniqueArray(
      fc.oneof(
        fc.record({ kind: fixed('rename' as const), span, label: name, source: name }),
        fc.record({ kind: fixed('template' as const), span, label: name, template: text }),
      ),
      { minLength: 1, maxLength: 3, selector: ({ label }) => label },
    )
    .map((all): Stage => {
      const assignments = all.map((one) => (one.label === '__error__' ? { ...one, label: 'app_2' } : one));
      return { kind: 'labelFormat', span: NOWHERE, assignments };
    }),
  fc.record({ kind: fc.constantFrom('drop' as const, 'keep' as const), span, targets }),
);

/** `drop a` in front of `!= "x"` reads as one stage however it is written, so such neighbours do not exist. */
export const arbitraryStages: fc.Arbitrary<readonly Stage[]> = fc.array(stage, { maxLength: 5 }).map((stages) => {
  const kept: Stage[] = [];
  for (const one of stages) {
    const before = kept.at(-1);
    const isOpen = (before?.kind === 'drop' || before?.kind === 'keep') && before.targets.at(-1)?.kind === 'labelName';
    if (!isOpen || one.kind !== 'lineFilter' || !one.operator.startsWith('!')) kept.push(one);
  }
  return kept;
});

export const arbitraryUnwrap: fc.Arbitrary<UnwrapValue> = fc.record(
  {
    kind: fixed('unwrap' as const),
    span,
    label: name,
    conversion: fc.constantFrom('bytes', 'duration', 'duration_seconds'),
    filters: fc.array(
      conditions.condition.map((condition) => ({ kind: 'labelFilter' as const, span: NOWHERE, condition })),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['kind', 'span', 'label', 'filters'] },
);
