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
export function parseSelector(text: string): readonly Matcher[] {
  const query = parseQuery(text);
  if (query.kind === 'log' && query.stages.length === 0) return query.matchers;
  throw new LokiRefusal(400, 'only label matchers are supported');
}

/** A selector that may select everything, as `{}` does. */
export function parseAnySelector(text: string): readonly Matcher[] {
  const parsed = parseSelectorText(text);
  if (parsed.ok) return parsed.matchers;
  throw new LokiRefusal(400, parsed.problem.message);
}
