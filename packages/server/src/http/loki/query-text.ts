// Texts of a request that speak LogQL: query or selector in, its tree out, or Loki's refusal.
import { type LogQuery, type Matcher, parseLogql, parseSelectorText, type Query } from '@kubewitness/core/logql';
import { LokiRefusal } from './loki-refusal.ts';

export function parseQuery(text: string): Query {
  const parsed = parseLogql(text);
  if (parsed.ok) return parsed.query;
  throw new LokiRefusal(400, parsed.problem.message);
}

export function parseLogs(text: string): LogQuery {
  const query = parseQuery(text);
  if (query.kind === 'log') return query;
  throw new LokiRefusal(400, 'only log selector is supported');
}

/** A selector that says something: at least one matcher does not match the empty text. */
export const parseSelector = (text: string): readonly Matcher[] => parseSelectorQuery(text).matchers;

/** The same as the query for all of its lines. */
export function parseSelectorQuery(text: string): LogQuery {
  const parsed = parseLogql(text);
  // Loki tries no stage here: that there is one is mistake enough.
  if (!parsed.ok && !parsed.problem.message.startsWith('parse error : stage '))
    throw new LokiRefusal(400, parsed.problem.message);
  if (parsed.ok && parsed.query.kind === 'log' && parsed.query.stages.length === 0) return parsed.query;
  throw new LokiRefusal(400, 'only label matchers are supported');
}

/** Selectors of a question for streams, which are put together: none, or `{}` alone, for all streams. */
export function parseSelectors(texts: readonly string[]): readonly (readonly Matcher[])[] {
  if (texts.length === 0 || (texts.length === 1 && texts[0]?.replaceAll(' ', '') === '{}')) return [[]];
  // What is no selector at all comes before what selects nothing, whichever stands first.
  for (const text of texts) {
    const parsed = parseSelectorText(text);
    if (!parsed.ok) throw new LokiRefusal(400, parsed.problem.message);
    if (parsed.matchers.length === 0) throw new LokiRefusal(400, `0 matchers in group: ${text}`);
  }
  return texts.map(parseSelector);
}
