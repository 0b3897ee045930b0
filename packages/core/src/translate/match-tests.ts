// One value of a flag -> what must hold of the labels that `| json` makes of an audit event.
import { FIELDS } from '../event/index.ts';
import type { FilterFlag, Match } from '../wire/index.ts';
import { all, any, type LabelTest, leaf } from './label-test.ts';
import { escapeRegexp, quoteText, widenRegexp } from './quote-text.ts';

/** Path in the audit event by flag; the label stands in the table of spellings. */
const PATHS: Partial<Record<FilterFlag, string>> = {
  user: 'user.username',
  'impersonated-user': 'impersonatedUser.username',
  verb: 'verb',
  namespace: 'objectRef.namespace',
  name: 'objectRef.name',
  decision: 'annotations.authorization.k8s.io/decision',
  'user-agent': 'userAgent',
  uri: 'requestURI',
  stage: 'stage',
  level: 'level',
  'audit-id': 'auditID',
};

export function labelOfPath(path: string): string {
  const label = FIELDS.find((field) => field.path === path)?.label ?? '';
  if (label === '') throw new Error(`${path} has no label`);
  return label;
}

export function equals(label: string, text: string): LabelTest {
  return leaf(`${label}=${quoteText(text)}`, `${label}!=${quoteText(text)}`);
}

export function matches(label: string, pattern: string): LabelTest {
  return leaf(`${label}=~${quoteText(pattern)}`, `${label}!~${quoteText(pattern)}`);
}

function testText(label: string, match: Match): LabelTest {
  switch (match.kind) {
    case 'equals':
      return equals(label, match.text);
    case 'prefix':
      return matches(label, `${escapeRegexp(match.text)}.*`);
    case 'regexp':
      return matches(label, widenRegexp(match.text));
    default:
      throw new Error(`a ${match.kind} match of ${label}`);
  }
}

/** A record without an answer has code 0 for search; in LogQL no comparison of numbers holds for it, neither way. */
function testCode({ from, to }: Extract<Match, { kind: 'range' }>): LabelTest {
  const code = labelOfPath('responseStatus.code');
  const absent = equals(code, '');
  if (from === to) return from === 0 ? any(equals(code, '0'), absent) : equals(code, String(from));
  const inside = [leaf(`${code} >= ${from}`, ''), leaf(`${code} <= ${to}`, '')];
  const outside = [leaf(`${code} < ${from}`, ''), leaf(`${code} > ${to}`, '')];
  if (from === 0)
    return { kind: 'any', tests: [leaf(`${code} <= ${to}`, ''), absent], opposite: leaf(`${code} > ${to}`, '') };
  return { kind: 'all', tests: inside, opposite: any(...outside, absent) };
}

function testResource({ resource, group, subresource }: Extract<Match, { kind: 'resource' }>): LabelTest {
  const name = labelOfPath('objectRef.resource');
  return all(
    resource === '*' ? leaf(`${name}!=""`, `${name}=""`) : equals(name, resource),
    ...(group === undefined ? [] : [equals(labelOfPath('objectRef.apiGroup'), group)]),
    ...(subresource === '*' ? [] : [equals(labelOfPath('objectRef.subresource'), subresource)]),
  );
}

/** For flags whose field is one text, number or object reference; lists have tests of their own. */
export function testMatch(flag: FilterFlag, match: Match): LabelTest {
  if (match.kind === 'range') return testCode(match);
  if (match.kind === 'resource') return testResource(match);
  const path = PATHS[flag];
  if (path === undefined) throw new Error(`--${flag} has no label`);
  return testText(labelOfPath(path), match);
}

/** Values of one flag of which one must hold, as one expression where all are plain texts. */
export function testOneOf(flag: FilterFlag, wanted: readonly Match[]): LabelTest {
  const path = PATHS[flag];
  const texts = wanted.flatMap((match) => (match.kind === 'equals' ? [match.text] : []));
  if (path !== undefined && texts.length > 1 && texts.length === wanted.length) {
    return matches(labelOfPath(path), texts.map(escapeRegexp).join('|'));
  }
  return any(...wanted.map((match) => testMatch(flag, match)));
}

/** What is counted by default: one finished record of each request. */
export const FINISHED: LabelTest = any(
  matches('stage', 'ResponseComplete|Panic'),
  all(equals('stage', 'ResponseStarted'), equals('responseStatus_code', '401')),
);

/** Codes 400 and above, and panics. */
export const FAILED: LabelTest = any(leaf('responseStatus_code >= 400', ''), equals('stage', 'Panic'));
