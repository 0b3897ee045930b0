// The tables and the statements of a batch as committed text: a diff there is a review.
import { expect, test } from 'vitest';
import { printCopyBatch, printCountStored, printKeepSightings, printMoveBatch } from '../insert/keep-once.ts';
import { joinSegments } from '../insert/segment-group.ts';
import { printKeepQuarantine, printStageOddRows, printStageSegments } from '../insert/stage-batch.ts';
import { TEST_SOURCE } from '../testing/test-store.ts';
import { MIGRATIONS } from './migrations.ts';
import { printCreateTable } from './table.ts';
import { STAGING } from './tables.ts';

const snapshot = (name: string) => new URL(`../../../snapshots/${name}`, import.meta.url).pathname;

test.each([
  ['ddl-embedded.sql', { kind: 'embedded' }],
  ['ddl-cluster.sql', { kind: 'cluster', cluster: 'audit' }],
] as const)('%s', async (name, flavour) => {
  const statements = MIGRATIONS.flatMap((m) => m.statements(flavour));
  await expect(`${statements.join(';\n\n')};\n`).toMatchFileSnapshot(snapshot(name));
});

test('batch.sql', async () => {
  const segment = {
    number: 7,
    path: '/data/spool/0000000007.segment',
    sources: [undefined, TEST_SOURCE, { ...TEST_SOURCE, cluster: "it's", host: 'master-1' }],
    rows: 2,
    bytes: 100,
  };
  const range = { fromNanos: 1_763_400_000_000_000_000n, toNanos: 1_763_400_060_000_000_000n };
  const statements = [
    ...printCreateTable(STAGING, { kind: 'embedded' }),
    printStageSegments(joinSegments([segment]), 1_763_500_000_000_000_000n),
    printStageOddRows(joinSegments([segment]), `${segment.path}.odd`),
    printKeepQuarantine(joinSegments([segment]), `${segment.path}.odd`),
    printCountStored(range),
    printMoveBatch(['20251117', '20251118']),
    printCopyBatch(range, undefined),
    printCopyBatch(range, range),
    printKeepSightings(joinSegments([segment]), range),
  ];
  await expect(`${statements.join(';\n\n')};\n`).toMatchFileSnapshot(snapshot('batch.sql'));
});
