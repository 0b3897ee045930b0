// Sessions and a question about them -> those that fit, in the same order.
import { RE2JS } from 're2js';
import type { Choice, SessionFilter } from '../wire/index.ts';
import { NODE_BY_NAME } from './debug-name.ts';
import type { Session } from './session.ts';

/** Throws RE2JS's syntax error for a pattern that is none; the caller has checked. */
export function filterSessions(sessions: readonly Session[], filter: SessionFilter): readonly Session[] {
  const user = compileChoices(filter.users);
  const namespace = compileChoices(filter.namespaces);
  const pod = compileChoices(filter.pods);
  const node = compileChoices(filter.nodes);
  const dotless = compileChoices(filter.nodes.map(withoutDots));
  const cluster = compileChoices(filter.clusters);
  return sessions.filter((session) => {
    const { record } = session.main;
    return (
      (filter.kinds.length === 0 || filter.kinds.includes(session.kind)) &&
      (!filter.open || session.state === 'open') &&
      (!filter.denied || session.state === 'attempt') &&
      overlaps(session, filter) &&
      user([record.username, record.impersonatedUsername, record.loginName]) &&
      namespace([session.namespace]) &&
      pod([session.pod, session.debuggedPod]) &&
      (session.nodeBy === NODE_BY_NAME ? dotless([session.node, dropDots(session.node)]) : node([session.node])) &&
      cluster([record.cluster])
    );
  });
}

const dropDots = (text: string): string => text.replaceAll('.', '');

/** `oc` leaves out the dots when it names a pod after a node: who asks for the node means that one too. */
function withoutDots(choice: Choice): Choice {
  const { match } = choice;
  return match.kind === 'equals' ? { ...choice, match: { ...match, text: dropDots(match.text) } } : choice;
}

/** One of the wanted and none of the unwanted; several texts are names of the same thing. */
function compileChoices(choices: readonly Choice[]): (texts: readonly string[]) => boolean {
  const tests = choices.map(({ negated, match }) => ({ negated, test: compileMatch(match) }));
  const wanted = tests.filter(({ negated }) => !negated);
  const unwanted = tests.filter(({ negated }) => negated);
  return (texts) =>
    (wanted.length === 0 || wanted.some(({ test }) => texts.some(test))) &&
    !unwanted.some(({ test }) => texts.some(test));
}

function compileMatch(match: Choice['match']): (text: string) => boolean {
  if (match.kind === 'regexp') {
    const pattern = RE2JS.compile(match.text, RE2JS.DOTALL);
    return (text) => pattern.matcher(text).find();
  }
  return match.kind === 'equals' || match.kind === 'prefix' ? (text) => text === match.text : () => false;
}

/** An end that nobody knows may lie anywhere after the start. */
function overlaps({ state, startNanos, endNanos }: Session, { fromNanos, untilNanos }: SessionFilter): boolean {
  if (untilNanos !== undefined && startNanos >= untilNanos) return false;
  if (fromNanos === undefined || startNanos >= fromNanos || state === 'open') return true;
  return endNanos !== undefined && endNanos >= fromNanos;
}
