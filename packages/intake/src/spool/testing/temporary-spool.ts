// Test aid: spools in a temporary directory that is removed afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SegmentSource } from '@kubewitness/core/event';
import { systemClock } from '../clock.ts';
import { readSegmentRows } from '../scan-segment.ts';
import { Spool, type SpoolOptions } from '../spool.ts';

export const SOURCE: SegmentSource = {
  kind: 'import',
  name: '/var/log/kube-apiserver/audit.log',
  cluster: 'c1',
  host: 'm0',
  component: 'kube-apiserver',
  logType: 'audit',
  logSource: 'kubeAPI',
};

/** The oldest segment alone. */
export const ONE = { segments: 1, bytes: 0 };

export interface TemporaryDirectory {
  readonly directory: string;
  readonly logged: string[];
  open(options?: Partial<SpoolOptions>): Promise<Spool>;
  remove(): Promise<void>;
}

export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const directory = await mkdtemp(join(tmpdir(), 'kw-spool-'));
  const logged: string[] = [];
  const keep = (_details: object, sentence: string) => void logged.push(sentence);
  return {
    directory,
    logged,
    async open(options = {}) {
      const log = { info: keep, warn: keep, error: keep };
      const opening = await Spool.open({ directory, clock: systemClock, log, ...options });
      if (!opening.ok) throw new Error(opening.problem);
      return opening.spool;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

export function append(spool: Spool, line: string, position = 0, source = SOURCE, problem?: string): void {
  const bytes = Buffer.from(line, 'latin1');
  const reason = problem === undefined ? undefined : Buffer.from(problem);
  spool.append(source, 1_700_000_000_123_456, position, reason, bytes, 0, bytes.length);
}

/** The lines of all segments, which are removed; ends when none is left. What is still open has to be sealed before. */
export async function drain(spool: Spool): Promise<string[]> {
  const lines: string[] = [];
  const tooLong = AbortSignal.timeout(20_000);
  while (spool.segments() > 0) {
    const [segment] = await spool.waiting(ONE, tooLong);
    if (segment === undefined) throw new Error('a segment never closed');
    const rows = await readSegmentRows(segment.path);
    if (rows.length !== segment.rows)
      throw new Error(`segment ${segment.number}: ${rows.length} rows, not ${segment.rows}`);
    lines.push(...rows.map((row) => row.line.toString('latin1')));
    await spool.remove(segment);
  }
  return lines;
}
