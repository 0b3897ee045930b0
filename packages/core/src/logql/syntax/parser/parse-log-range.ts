// What a range aggregation works on: `{…} | json | unwrap x [5m] offset 1h`, with the range behind the selector or at the end.
import type { LabelFilter, LogQuery, Matcher, Stage, UnwrapConversion, UnwrapValue } from '../ast.ts';
import { parseCondition } from './parse-condition.ts';
import { parseSelector } from './parse-matcher.ts';
import { parseStages } from './parse-stage.ts';
import type { TokenReader } from './token-reader.ts';

export interface LogRange {
  readonly query: LogQuery;
  readonly unwrap?: UnwrapValue;
  readonly rangeNanos: bigint;
  readonly offsetNanos: bigint;
}

interface Body {
  readonly query: LogQuery;
  readonly unwrap?: UnwrapValue;
}

export function parseLogRange(reader: TokenReader): LogRange {
  const bracketed = parseMaybeRange(reader);
  if (!isComplete(bracketed)) return parseRangeBehind(reader, bracketed);
  return bracketed;
}

/** A bracket may close before the range comes: `({…} | json)[5m]`. */
function parseMaybeRange(reader: TokenReader): LogRange | Body {
  if (reader.accept('(') === undefined) return parseBare(reader);
  const inner = reader.deeper(() => (reader.is('(') ? parseLogRange(reader) : parseBare(reader)));
  reader.expect(')');
  return isComplete(inner) ? inner : parseRangeBehind(reader, inner);
}

function isComplete(body: LogRange | Body): body is LogRange {
  return 'rangeNanos' in body;
}

function parseBare(reader: TokenReader): LogRange | Body {
  const { start } = reader.next;
  const matchers = parseSelector(reader);
  if (reader.is('RANGE')) {
    const range = parseRange(reader);
    return { ...parseBody(reader, start, matchers), ...range };
  }
  const body = parseBody(reader, start, matchers);
  return reader.is('RANGE') ? { ...body, ...parseRange(reader) } : body;
}

function parseBody(reader: TokenReader, start: number, matchers: readonly Matcher[]): Body {
  const stages: readonly Stage[] = parseStages(reader);
  const query: LogQuery = { kind: 'log', span: reader.spanFrom(start), matchers, stages };
  return reader.is('|') ? { query, unwrap: parseUnwrap(reader) } : { query };
}

function parseRange(reader: TokenReader): Pick<LogRange, 'rangeNanos' | 'offsetNanos'> {
  const rangeNanos = reader.expect('RANGE').nanos ?? 0n;
  const offsetNanos = reader.accept('offset') === undefined ? 0n : (reader.expect('DURATION').nanos ?? 0n);
  return { rangeNanos, offsetNanos };
}

/** Behind a closed bracket only a bare selector may still be unwrapped. */
function parseRangeBehind(reader: TokenReader, body: Body): LogRange {
  const range = parseRange(reader);
  const isBare = body.query.stages.length === 0 && body.unwrap === undefined;
  if (isBare && reader.is('|')) return { ...body, ...range, unwrap: parseUnwrap(reader) };
  return { ...body, ...range };
}

function parseUnwrap(reader: TokenReader): UnwrapValue {
  const { start } = reader.expect('|');
  reader.expect('unwrap');
  const conversion = findConversion(reader);
  if (conversion !== undefined) reader.expect('(');
  const label = reader.expect('IDENTIFIER').text;
  if (conversion !== undefined) reader.expect(')');
  const filters: LabelFilter[] = [];
  for (let pipe = reader.accept('|'); pipe !== undefined; pipe = reader.accept('|')) {
    const condition = parseCondition(reader);
    filters.push({ kind: 'labelFilter', span: reader.spanFrom(pipe.start), condition });
  }
  const span = reader.spanFrom(start);
  return { kind: 'unwrap', span, label, filters, ...(conversion === undefined ? {} : { conversion }) };
}

const CONVERSIONS: Readonly<Record<string, UnwrapConversion>> = {
  BYTES_CONV: 'bytes',
  DURATION_CONV: 'duration',
  DURATION_SECONDS_CONV: 'duration_seconds',
};

function findConversion(reader: TokenReader): UnwrapConversion | undefined {
  const conversion = CONVERSIONS[reader.next.type];
  if (conversion !== undefined) reader.take();
  return conversion;
}
