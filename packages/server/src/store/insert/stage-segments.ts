// The first half of a batch: files of segments -> rows of `staging`, quarantine, and what there is of each source.
import { rm } from 'node:fs/promises';
import { printCreateTable } from '../schema/table.ts';
import { STAGING } from '../schema/tables.ts';
import type { Database } from '../sql/database.ts';
import { CHOOSE_SESSION_RECORDS, FORGET_CHOSEN } from './copy-session-records.ts';
import { printSelectStaged, type ReadRow, type StagedRow } from './count-batch.ts';
import { KEEP_SETTINGS } from './keep-once.ts';
import { printSelectOddLines, writeOddRows } from './odd-lines.ts';
import { printSelectPushed, printSelectWaiting } from './pushed-segment.ts';
import { isPushed, type SegmentGroup } from './segment-group.ts';
import {
  printKeepQuarantine,
  printStageKeys,
  printStageOddRows,
  printStageSegments,
  STAGE_SETTINGS,
} from './stage-batch.ts';

/** `staging` belongs to the one that writes: on a cluster too it is neither replicated nor distributed. */
const WHERE_WRITTEN = { kind: 'embedded' } as const;
const DROP_WAITING = "ALTER TABLE staging DROP PARTITION ID '19700101'";

/** A table of its own for each batch: what TRUNCATE and MOVE leave behind are empty parts, which the next MOVE would take along. */
async function makeStaging(database: Database, signal: AbortSignal): Promise<void> {
  await database.command('DROP TABLE IF EXISTS staging SYNC', undefined, signal);
  for (const sql of printCreateTable(STAGING, WHERE_WRITTEN)) await database.command(sql, undefined, signal);
}

/** Once, before the first segment; the schema is up to date. */
export async function prepareInserts(database: Database, signal: AbortSignal): Promise<void> {
  await makeStaging(database, signal);
  for (const sql of CHOOSE_SESSION_RECORDS) await database.command(sql, undefined, signal);
}

/** As stageSegments, but nothing of it may be stored: rows of `staging` with their keys, as if all of them were records. */
export async function stageKeys(
  database: Database,
  group: SegmentGroup,
  signal: AbortSignal,
): Promise<readonly ReadRow[]> {
  await makeStaging(database, signal);
  await database.command(printStageKeys(group), STAGE_SETTINGS, signal);
  const staged = await database.rows<StagedRow>(printSelectStaged(group, false), undefined, signal);
  return staged.map((row) => ({ ...row, read: row.rows, quarantined: 0 }));
}

/** Once the schema is up to date, `prepareInserts` has been called and no other segment is being staged. */
export async function stageSegments(
  database: Database,
  group: SegmentGroup,
  nowNanos: bigint,
  signal: AbortSignal,
): Promise<readonly ReadRow[]> {
  await makeStaging(database, signal);
  await database.command(FORGET_CHOSEN, undefined, signal);
  const [first] = group.segments;
  if (first !== undefined && isPushed(first)) {
    const waiting = await database.rows<StagedRow>(printSelectWaiting(group), undefined, signal);
    return stageOddLines(database, group, waiting, printSelectPushed(group), signal);
  }
  await database.command(printStageSegments(group, nowNanos), STAGE_SETTINGS, signal);
  const staged = await database.rows<StagedRow>(printSelectStaged(group, true), undefined, signal);
  if (staged.every((row) => row.waiting === 0)) {
    return staged.map((row) => ({ ...row, read: row.rows, quarantined: 0 }));
  }
  return stageOddLines(database, group, staged, printSelectOddLines(group), signal);
}

/** Takes the lines that wait out of `staging` and puts back what core/formats reads in them; the rest goes to quarantine. */
async function stageOddLines(
  database: Database,
  group: SegmentGroup,
  staged: readonly StagedRow[],
  selectLines: string,
  signal: AbortSignal,
): Promise<readonly ReadRow[]> {
  const path = `${group.segments[0]?.path}.odd`;
  try {
    const odd = await writeOddRows(
      await database.bytes(selectLines, {}, signal),
      path,
      group.sources.map((source) => source?.source),
    );
    await database.command(DROP_WAITING, undefined, signal);
    const counts = [...odd.values()];
    if (counts.some((count) => count.read > count.quarantined)) {
      await database.command(printStageOddRows(group, path), STAGE_SETTINGS, signal);
    }
    if (counts.some((count) => count.quarantined > 0)) {
      await database.command(printKeepQuarantine(group, path), KEEP_SETTINGS, signal);
    }
    const again = new Map(
      (await database.rows<StagedRow>(printSelectStaged(group, false), undefined, signal)).map((row) => [
        row.source,
        row,
      ]),
    );
    return staged.map((row) => {
      const { read, quarantined } = odd.get(row.source) ?? { read: 0, quarantined: 0 };
      const { firstArrival, lastArrival } = row;
      // A source whose lines were all refused is no longer there.
      return {
        ...row,
        ...again.get(row.source),
        firstArrival,
        lastArrival,
        read: row.rows - row.waiting + read,
        quarantined,
      };
    });
  } finally {
    await rm(path, { force: true });
  }
}
