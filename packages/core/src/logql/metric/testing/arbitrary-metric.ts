// Random metric queries that find something, and entries for them to find: texts on one side, entries on the other.
import fc from 'fast-check';
import type { Entry } from '../../pipeline/entry.ts';

const SECOND = 1_000_000_000n;

/** Half a minute of three streams, some lines broken, some with labels of their own. */
export const arbitraryEntries: fc.Arbitrary<readonly Entry[]> = fc.array(
  fc.record({
    timeNanos: fc.bigInt(0n, 60n).map((halves) => (halves * SECOND) / 2n),
    labels: fc.constantFrom({ app: 'a', pod: '1' }, { app: 'a', pod: '2' }, { app: 'b' }),
    metadata: fc.constantFrom({}, {}, { trace: 't' }),
    line: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.tuple(fc.nat(3), fc.nat(9)).map(([verb, size]) => `{"verb":"v${verb}","size":${size}}`),
      },
      { weight: 1, arbitrary: fc.constantFrom('broken', '{"verb":"v1","size":"x"}') },
    ),
  }),
  { maxLength: 40 },
);

const selector = fc.constantFrom('{app=~".+"}', '{app="a"}', '{app="b"}', '{app="none"}');
const range = fc.constantFrom('[1s]', '[5s]', '[12s]', '[30s]', '[5s] offset 3s', '[5s] offset -3s');
const grouping = fc.constantFrom(
  '',
  ' by (app)',
  ' by (verb, pod)',
  ' by ()',
  ' without (verb)',
  ' without (app, trace)',
);

const ofLines = fc
  .tuple(
    fc.constantFrom('count_over_time', 'rate', 'bytes_over_time', 'bytes_rate', 'absent_over_time'),
    selector,
    fc.constantFrom('', ' | json', ' | json verb="verb"', ' | json | __error__=""', ' |= "v1"', ' | trace="t"'),
    range,
  )
  .map((parts) => `${parts[0]}(${parts[1]}${parts[2]} ${parts[3]})`);
const ofValues = fc
  .tuple(
    fc.constantFrom('sum', 'avg', 'min', 'max', 'stddev', 'stdvar', 'first', 'last').map((name) => `${name}_over_time`),
    selector,
    fc.constantFrom('', ' | __error__=""', ' | __error__=""'),
    range,
    grouping,
  )
  .map(([name, streams, filter, window, group]) => {
    const allowed = name === 'sum_over_time' ? '' : group;
    return `${name}(${streams} | json | unwrap size${filter} ${window})${allowed}`;
  });

export const arbitraryMetricText = fc.letrec<{ metric: string }>((tie) => ({
  metric: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    ofLines,
    ofValues,
    fc
      .tuple(fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar'), grouping, tie('metric'))
      .map(([name, group, operand]) => `${name}${group} (${operand})`),
    fc
      .tuple(fc.constantFrom('topk', 'bottomk'), fc.integer({ min: 1, max: 3 }), tie('metric'), grouping)
      .map(([name, count, operand, group]) => `${name}(${count}, ${operand})${group}`),
    fc
      .tuple(
        tie('metric'),
        fc.constantFrom('+', '-', '*', '/', '%', '>', '<= bool', '==', 'and', 'or', 'unless'),
        fc.constantFrom('', ' on (app)', ' ignoring (verb)', ' on (app) group_left ()'),
        tie('metric'),
      )
      .map(([left, operator, matching, right]) => {
        const set = /^[a-z]/.test(operator) ? matching.replace(' group_left ()', '') : matching;
        return `(${left}) ${operator}${set} (${right})`;
      }),
    fc.tuple(tie('metric'), fc.constantFrom(' > 1', ' * 2', ' / 0', ' == bool 1')).map((parts) => parts.join('')),
    tie('metric').map((operand) => `label_replace(${operand}, "pod", "p$1", "verb", "v(.)")`),
    fc.constantFrom('vector(1)', 'vector(0)'),
  ),
}));
