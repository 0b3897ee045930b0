// SegmentGroup: consecutive segments that go into the store by the same statements. In: what waits. Out: the group, and names of its rows' origins in SQL.
import { basename, dirname } from 'node:path';
import { DESCRIPTION_MARK, SEGMENT_COLUMNS, type Segment, type SegmentSource } from '@kubewitness/core/event';
import { quoteInteger, quoteLiteral, quoteLiterals } from '../sql/quote-literal.ts';

/** A statement costs the engine 70 ms before it reads the first line, so that a backlog is stored several segments at a time. */
export const GROUP_LIMITS = { segments: 100, bytes: 512 * 1024 * 1024 };
/** They stand in the statements. */
const MAX_SOURCES = 500;

export interface GroupSource {
  readonly source: SegmentSource;
  /** Number of the segment. */
  readonly batch: number;
  /** Inside the segment. */
  readonly number: number;
}

export interface SegmentGroup {
  readonly segments: readonly Segment[];
  /** Of all segments, one after another; index 0 is unused. */
  readonly sources: readonly (GroupSource | undefined)[];
  /** What to add to the number of a source in a segment, by segment. */
  readonly offsets: readonly number[];
}

/** The engine's own parser finds no audit event in the envelope of a pushed entry. */
export function isPushed(segment: Segment): boolean {
  return segment.sources.every((source) => source === undefined || source.kind === 'push');
}

/** Several files are named by a pattern, and a directory that looks like one cannot be part of it. */
function mayShare(a: Segment, b: Segment): boolean {
  return dirname(a.path) === dirname(b.path) && !/[*?{}]/.test(a.path) && !/[*?{},]/.test(b.path);
}

/** The first of `waiting`, and as many of those after it as may go with it. Throws when there is none. */
export function chooseGroup(waiting: readonly Segment[]): readonly Segment[] {
  const [first, ...others] = waiting;
  if (first === undefined) throw new Error('no segment to store');
  const segments = [first];
  let { bytes } = first;
  let sources = first.sources.length;
  for (const segment of others) {
    bytes += segment.bytes;
    sources += segment.sources.length;
    if (bytes > GROUP_LIMITS.bytes || sources > MAX_SOURCES || segments.length === GROUP_LIMITS.segments) break;
    // Pushed entries take a road of their own.
    if (isPushed(first) || isPushed(segment) || !mayShare(first, segment)) break;
    segments.push(segment);
  }
  return segments;
}

export function joinSegments(segments: readonly Segment[]): SegmentGroup {
  const sources: (GroupSource | undefined)[] = [undefined];
  const offsets = segments.map((segment) => {
    const offset = sources.length - 1;
    for (let number = 1; number < segment.sources.length; number++) {
      const source = segment.sources[number];
      sources.push(source === undefined ? undefined : { source, batch: segment.number, number });
    }
    return offset;
  });
  return { segments, sources, offsets };
}

export function sourceOf(group: SegmentGroup, index: number): GroupSource {
  const source = group.sources[index];
  if (source === undefined)
    throw new Error(`segment ${group.segments[0]?.path}: row of source ${index}, which it never described`);
  return source;
}

/** Columns of a segment that the statement reads under another name, because it makes something of them. */
const FILE_NAMES: Readonly<Record<string, string>> = { source: 'own_source', problem: 'described' };
const MARK = quoteLiteral(DESCRIPTION_MARK);
const PROBLEM = `if(startsWith(described, ${MARK}), substring(described, position(described, ${MARK}, 2) + 1), described)`;

/** The rows of all segments as a table; `source` is the index in the group's sources. Nothing is left out: that would copy all lines. */
export function printSegmentFiles(group: SegmentGroup): string {
  const { segments, offsets } = group;
  const [first] = segments;
  const structure = SEGMENT_COLUMNS.map(([name, type]) => `${FILE_NAMES[name] ?? name} ${type}`).join(', ');
  const names = segments.map(({ path }) => basename(path));
  const path = segments.length === 1 ? (first?.path ?? '') : `${dirname(first?.path ?? '')}/{${names.join(',')}}`;
  const offset =
    segments.length === 1 ? '' : ` + transform(_file, ${quoteLiterals(names)}, [${offsets.join(', ')}], 0)`;
  const source = offset === '' ? 'own_source' : `toUInt16(own_source${offset})`;
  return `(SELECT ${source} AS source, position, arrival, ${PROBLEM} AS problem, line FROM file(${quoteLiteral(path)}, 'RowBinary', ${quoteLiteral(structure)}))`;
}

/** The index in the group's sources of a row in a table with the columns `batch` and `batch_source`. */
export function printSourceIndex({ segments, offsets }: SegmentGroup): string {
  if (segments.length === 1) return 'batch_source';
  return `toUInt16(batch_source + transform(batch, ${printBatches(segments)}, [${offsets.join(', ')}], 0))`;
}

export function printIsOfGroup({ segments }: SegmentGroup): string {
  const [first] = segments;
  return segments.length === 1 ? `batch = ${quoteInteger(first?.number ?? 0)}` : `batch IN ${printBatches(segments)}`;
}

function printBatches(segments: readonly Segment[]): string {
  return `[${segments.map(({ number }) => quoteInteger(number)).join(', ')}]`;
}

/** An expression that gives `pick` of the row's source, whose index in the group is the value of `index`. */
export function printSourceText(
  group: SegmentGroup,
  pick: (source: SegmentSource) => string,
  index = 'source',
): string {
  return printOfSource(group, ({ source }) => quoteLiteral(pick(source)), "''", index);
}

export function printSourceInteger(
  group: SegmentGroup,
  pick: (source: GroupSource) => number,
  index = 'source',
): string {
  return printOfSource(group, (source) => quoteInteger(pick(source)), '0', index);
}

function printOfSource(
  group: SegmentGroup,
  print: (source: GroupSource) => string,
  none: string,
  index: string,
): string {
  const values = group.sources.map((source) => (source === undefined ? none : print(source)));
  const [only, ...more] = new Set(values.slice(1));
  return only !== undefined && more.length === 0 ? only : `[${values.join(',')}][${index} + 1]`;
}
