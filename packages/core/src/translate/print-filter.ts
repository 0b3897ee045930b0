// A filter (the flags of search) -> a LogQL query for the same lines, or the sentence that says why there is none.
import type { Condition, Filter, FilterFlag, Match } from '../wire/index.ts';
import { DerivedLabels } from './derived-labels.ts';
import { any, type LabelTest, negate, printTests } from './label-test.ts';
import { FAILED, FINISHED, testMatch, testOneOf } from './match-tests.ts';
import { escapeRegexp, quoteText, widenRegexp } from './quote-text.ts';

export type PrintedLogql =
  | {
      readonly ok: true;
      readonly logql: string;
      /** What the query leaves to its reader, a sentence each. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/** Labels of the stream: they stand in the selector. */
const STREAM_LABELS: Partial<Record<FilterFlag, string>> = {
  cluster: 'cluster',
  host: 'kubernetes_host',
  component: 'component',
};
const LISTS: ReadonlySet<FilterFlag> = new Set(['group', 'source-ip', 'peer-ip', 'annotation']);

const OPEN_NOTE =
  'Requests that still run, which search lists as open, are left out: a line of LogQL knows no other line. With --all-stages every record is there.';

/**
 * Exact for audit events as API servers write them. Bounds of time and numbers of lines are no part of a query; `list` is what
 * search shows, `count` what top counts.
 */
export function printFilterAsLogql(filter: Filter, purpose: 'list' | 'count'): PrintedLogql {
  if (filter.last !== undefined && purpose === 'count') {
    return { ok: false, problem: '--last has no LogQL form: a query cannot count the newest N lines only.' };
  }
  const selector = ['log_type="audit"'];
  const plain: LabelTest[] = [];
  const listed: LabelTest[] = [];
  const derived = new DerivedLabels();
  for (const condition of filter.conditions) {
    const label = STREAM_LABELS[condition.flag];
    if (label !== undefined) selector.push(...printMatchers(label, condition));
    else if (LISTS.has(condition.flag)) {
      const tests = testLists(condition, derived);
      if (!tests.ok) return tests;
      listed.push(...tests.tests);
    } else plain.push(...testTexts(condition));
  }
  if (filter.failed) plain.push(FAILED);
  const allStages = filter.allStages || filter.conditions.some(({ flag }) => flag === 'stage');
  if (!allStages) plain.push(FINISHED);
  if (filter.minDurationNanos !== undefined) listed.push(derived.testDuration(filter.minDurationNanos));
  const needsJson = plain.length > 0 || listed.length > 0;
  const stages = [...(needsJson ? ['| json'] : []), ...printTests(plain), ...derived.stages(), ...printTests(listed)];
  const notes = purpose === 'list' && !allStages ? [OPEN_NOTE] : [];
  return { ok: true, logql: [`{${selector.join(', ')}}`, ...stages].join(' '), notes };
}

const wantedOf = ({ choices }: Condition): readonly Match[] =>
  choices.filter(({ negated }) => !negated).map(({ match }) => match);
const unwantedOf = ({ choices }: Condition): readonly Match[] =>
  choices.filter(({ negated }) => negated).map(({ match }) => match);

/** One of the wanted, none of the others. */
function testTexts(condition: Condition): readonly LabelTest[] {
  const wanted = wantedOf(condition);
  return [
    ...(wanted.length === 0 ? [] : [testOneOf(condition.flag, wanted)]),
    ...unwantedOf(condition).map((match) => negate(testMatch(condition.flag, match))),
  ];
}

type ListTests =
  | { readonly ok: true; readonly tests: readonly LabelTest[] }
  | { readonly ok: false; readonly problem: string };

function testLists({ flag, choices }: Condition, derived: DerivedLabels): ListTests {
  const wanted: LabelTest[] = [];
  const tests: LabelTest[] = [];
  for (const { negated, match } of choices) {
    const given = derived.testList(flag, match);
    if (!given.ok) return given;
    if (negated) tests.push(negate(given.test));
    else wanted.push(given.test);
  }
  return { ok: true, tests: wanted.length === 0 ? tests : [any(...wanted), ...tests] };
}

/** Matchers of a selector are and-ed, so what is or-ed becomes one expression. */
function printMatchers(label: string, condition: Condition): readonly string[] {
  const wanted = wantedOf(condition);
  const [only] = wanted;
  const inSelector =
    wanted.length === 0
      ? []
      : wanted.length === 1 && only?.kind === 'equals'
        ? [`${label}=${quoteText(only.text)}`]
        : [`${label}=~${quoteText(wanted.map(printPattern).join('|'))}`];
  const excluded = unwantedOf(condition).map((match) =>
    match.kind === 'equals' ? `${label}!=${quoteText(match.text)}` : `${label}!~${quoteText(printPattern(match))}`,
  );
  return [...inSelector, ...excluded];
}

function printPattern(match: Match): string {
  if (match.kind === 'equals') return escapeRegexp(match.text);
  if (match.kind === 'regexp') return widenRegexp(match.text);
  throw new Error(`a ${match.kind} match in a selector`);
}
