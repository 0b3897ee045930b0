// A source of records -> samples, one call each: log lines by bytes, webhook bodies (EventList) item by item; the watch lists read the same line.
import { type AuditSample, createRecordWatch, createSampleReader, type MustStay } from '@kubewitness/core/policy';
import type { PolicyHost } from './policy-host.ts';
import { PolicyCommandProblem, usageProblem } from './policy-problem.ts';
import type { RecordSource } from './record-source.ts';

export interface RecordFeed {
  /** Reads every record of the source. May be called again for a second pass, except on standard input. */
  readonly read: (
    source: RecordSource,
    add: (sample: AuditSample) => void,
    rest?: () => Promise<void>,
  ) => Promise<FeedCount>;
  /** Names (writes, refusals, sessions…) and selectors -> predicates over the record that is being read. */
  readonly watch: (names: readonly string[], selectors: readonly string[]) => readonly MustStay[];
}

export interface FeedCount {
  readonly records: number;
  /** Lines that are no audit records. */
  readonly others: number;
}

export function createRecordFeed(host: PolicyHost): RecordFeed {
  const watch = createRecordWatch();
  const read: RecordFeed['read'] = async (source, add, rest) => {
    const reader = createSampleReader();
    let records = 0;
    let others = 0;
    const readLine = (bytes: Uint8Array, start: number, end: number): void => {
      const sample = reader.read(bytes, start, end);
      if (sample !== undefined) {
        watch.show(bytes, start, end);
        records += 1;
        add(sample);
        return;
      }
      const items = readEventList(bytes, start, end);
      if (items.length === 0) others += 1;
      for (const item of items) readLine(item, 0, item.length);
    };
    await source.read(readLine, rest);
    if (records === 0)
      throw new PolicyCommandProblem(
        'KW_POLICY_RECORDS',
        `there is no audit record in ${source.name}${others === 0 ? '' : ` (${others} lines are none)`}; ${source.advice}`,
      );
    if (others > 0) host.complain(`${others} lines are no audit records and were left out.\n`);
    return { records, others };
  };
  const parseLists = (names: readonly string[], selectors: readonly string[]): readonly MustStay[] => {
    const parsed = watch.parse(names, selectors);
    if (!parsed.ok) throw usageProblem(parsed.sentence);
    return parsed.lists;
  };
  return { read, watch: parseLists };
}

/** A webhook body: one EventList per line, whose items lack kind and apiVersion. */
function readEventList(bytes: Uint8Array, start: number, end: number): readonly Uint8Array[] {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(200, end - start)).toString('latin1');
  if (!head.includes('EventList')) return [];
  try {
    const value: unknown = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'),
    );
    if (typeof value !== 'object' || value === null || !('items' in value) || !Array.isArray(value.items)) return [];
    return value.items.map((item: object) =>
      Buffer.from(JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', ...item })),
    );
  } catch {
    return [];
  }
}
