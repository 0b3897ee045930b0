// What a label's SQL says of a sound row is what `| json` reads out of its line: random lines with random bodies in a real store.
import { compilePipeline, type JsonParser } from '@kubewitness/core/logql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTestStore, TEST_SOURCE } from '../../../store/testing/test-store.ts';
import { ABSENT, eventLabelSql } from './event-labels.ts';
import { printLabelText } from './plan-condition.ts';
import { planPaths } from './plan-paths.ts';
import { IS_SOUND } from './sound-lines.ts';
import { BODY_LABELS } from './testing/arbitrary-bodies.ts';
import { arbitraryEvent, printEvent } from './testing/arbitrary-lines.ts';

const SEED = Number(process.env['KW_SEED'] ?? 7);
const LINES = 4000;
const never = new AbortController().signal;

const LABELS = [
  ...BODY_LABELS,
  ...['name', 'group', 'kind', 'uid', 'retryAfterSeconds', 'causes', 'other', 'name_x'].map(
    (name) => `responseStatus_details_${name}`,
  ),
  ...['user_extra', 'user_extra_k_io_x', 'responseStatus_metadata', 'responseStatus_metadata_x', 'user_groups'],
  ...['verb', 'objectRef_name', 'responseStatus_message', 'stageTimestamp', 'annotations_x_y', 'nothing'],
];

const PATHS = [
  ...[
    'spec',
    'spec.replicas',
    'a',
    'a.b',
    'a_b',
    'spec.a.b',
    'kind',
    'b.b',
    'a.a_b',
    '["a b"]',
    '[""]',
    'a["a.b"]',
    'a.b["b_"]',
  ].map((path) => `requestObject${path.startsWith('[') ? '' : '.'}${path}`),
  ...['name', 'kind', 'retryAfterSeconds', 'other', 'name.x', 'causes.x'].map(
    (path) => `responseStatus.details.${path}`,
  ),
  ...['responseStatus.metadata.x', 'responseStatus.details[0]', 'responseObject.kind'],
];

const readAll = (extractions: JsonParser['extractions']): JsonParser => ({
  ...{ kind: 'json', span: { start: 0, end: 0 } },
  extractions,
});
const readPath = (path: string) => readAll([{ kind: 'extraction', label: 'x', path, span: { start: 0, end: 0 } }]);

/** A label at a time, as a question does that groups by it: what else is read must change nothing. */
function compileReader(label: string, stage: JsonParser): (line: string) => string {
  const pipeline = compilePipeline([stage], { wanted: { kind: 'some', names: [label] } });
  if (!pipeline.ok) throw new Error(pipeline.problem.message);
  return (line) => pipeline.run({ timeNanos: 0n, line, labels: {}, metadata: {} })?.parsed[label] ?? '';
}

test('labels of sound rows', async () => {
  const kept = await openTestStore();
  try {
    // What makes a row odd otherwise is the other test's.
    const lines = fc
      .sample(arbitraryEvent, { numRuns: LINES, seed: SEED })
      .map((event, serial) =>
        printEvent({ ...event, serial: serial + 1, bend: 0, user: 'alice', annotations: { 'x.y': '1' } }),
      );
    await kept.keep(lines, TEST_SOURCE);
    const known = LABELS.flatMap((label) => {
      const sql = eventLabelSql(label);
      return sql === undefined
        ? []
        : [{ label, sql: printLabelText(sql), unless: 'false', read: compileReader(label, readAll([])) }];
    });
    for (const path of PATHS) {
      const stage = readPath(path);
      const planned = planPaths(stage, () => ABSENT)?.find('x');
      if (planned === undefined) continue;
      const { unless = 'false' } = planned;
      known.push({ label: path, sql: printLabelText(planned), unless, read: compileReader('x', stage) });
    }
    const columns = known.map(({ sql, unless }, index) => `if(${unless}, 'unknown', ${sql}) AS out_${index}`);
    const rows = await kept.store.database.rows<Record<string, string>>(
      `SELECT line, ${columns.join(', ')} FROM records WHERE ${IS_SOUND}`,
      { prefer_column_name_to_alias: 1, max_query_size: 1_000_000, max_execution_time: 60 },
      never,
    );
    const filled = new Set<string>();
    for (const { line = '', ...row } of rows) {
      for (const [index, { label, read }] of known.entries()) {
        const wanted = read(line);
        if (wanted !== '') filled.add(label);
        const isUnknown = row[`out_${index}`] === 'unknown' && /^[{[]/.test(wanted);
        if (row[`out_${index}`] !== wanted && !isUnknown)
          expect({ line, label, value: row[`out_${index}`] }).toEqual(wanted);
      }
    }
    const bodies = rows.filter(({ line }) => line?.includes('"requestObject":')).length;
    console.log(
      `${rows.length} of ${LINES} lines are sound, ${bodies} with bodies; ${filled.size} labels; seed ${SEED}`,
    );
    expect(bodies).toBeGreaterThan(LINES / 5);
    expect(filled.size).toBeGreaterThan(30);
  } finally {
    await kept.close();
  }
}, 120_000);
