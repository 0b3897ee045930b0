// Both parse roads under mutated lines: no batch fails, no line is lost, and the columns are what core/formats reads out of the line.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAuditLine } from '@kubewitness/core/formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readArchive, splitLines } from '../support/corpus.ts';
import { IS_LONG, openRandom } from '../support/seeded.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { COLUMNS, hasStorableTime } from './expected-columns.ts';
import { mutateLine } from './mutate-line.ts';
import { askEngine } from './stored-columns.ts';

const ROUNDS = IS_LONG ? 50 : 5;
const LINES_PER_ROUND = 20_000;
/** Bigger ones only cost time: what is odd about a line does not depend on its bodies. */
const MAX_LINE_BYTES = 2500;
const SHOWN = 12;

const data = join(makeFolder(), 'data');
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ data, args: ['--log-level', 'info'] });
  await server.ready();
});
afterAll(() => server.stop());

const goodLines = ['metadata-all', 'requestresponse-all', 'mixed-aggregated'].flatMap((name) =>
  [...readArchive(name)]
    .filter(([path]) => path.startsWith('log/'))
    .flatMap(([, bytes]) => splitLines(bytes))
    .filter((line) => line.length <= MAX_LINE_BYTES),
);

/** One event on one line, which no framing takes apart. */
const isOneEvent = (line: Buffer): boolean =>
  line.subarray(0, 15).equals(Buffer.from('{"kind":"Event"')) && !line.includes('}{') && !line.includes('} {');

interface Kept {
  readonly refused: ReadonlyMap<string, string>;
  readonly stored: ReadonlySet<string>;
  /** Sentences about what differs. */
  readonly differences: readonly string[];
}

async function readBack(cluster: string): Promise<Kept> {
  const differences: string[] = [];
  const sql = `SELECT line, ${COLUMNS.map(([column]) => column).join(', ')} FROM records WHERE cluster = '${cluster}'`;
  const stored = new Set<string>();
  for (const [line, ...cells] of await askEngine(data, sql)) {
    const text = String(line);
    if (stored.has(text)) differences.push(`stored twice: ${text}`);
    stored.add(text);
    const parsed = parseAuditLine(Buffer.from(text, 'latin1'));
    if (!parsed.ok || !hasStorableTime(parsed.fields)) {
      differences.push(
        `stored, but core/formats says ${parsed.ok ? 'its time cannot be kept' : parsed.problem}: ${text}`,
      );
      continue;
    }
    for (const [index, [column, expected]] of COLUMNS.entries()) {
      const cell = cells[index];
      const wanted = expected(parsed.fields);
      if (!isDeepStrictEqual(cell, wanted))
        differences.push(`${column} is ${JSON.stringify(cell)}, core/formats reads ${JSON.stringify(wanted)}: ${text}`);
    }
  }
  const refused = new Map<string, string>();
  for (const [line, reason] of await askEngine(
    data,
    `SELECT line, reason FROM quarantine WHERE cluster = '${cluster}'`,
  )) {
    const text = String(line);
    refused.set(text, String(reason));
    const parsed = parseAuditLine(Buffer.from(text, 'latin1'));
    if (parsed.ok && hasStorableTime(parsed.fields) && !String(reason).startsWith('KW_FRAME'))
      differences.push(`refused (${reason}), but core/formats takes it: ${text}`);
  }
  return { refused, stored, differences };
}

test(`${ROUNDS * LINES_PER_ROUND} mutated lines`, { timeout: IS_LONG ? 3_600_000 : 280_000 }, async () => {
  const random = openRandom('parse roads');
  const totals = { read: 0, stored: 0, duplicate: 0, quarantined: 0 };
  for (let round = 1; round <= ROUNDS; round++) {
    const lines = Array.from({ length: LINES_PER_ROUND }, () => mutateLine(random.pick(goodLines), random));
    const body = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
    const cluster = `round-${round}`;
    const answer = await server.ask({
      method: 'POST',
      path: `/api/v1/import?name=${cluster}&cluster=${cluster}`,
      body,
      withinMs: 120_000,
    });
    expect(answer.status, answer.body.toString('utf8').slice(0, 500)).toBe(200);
    const report: typeof totals = JSON.parse(answer.body.toString('utf8'));
    expect(report.read).toBe(report.stored + report.duplicate + report.quarantined);
    for (const key of ['read', 'stored', 'duplicate', 'quarantined'] as const) totals[key] += report[key];
    const { stored, refused, differences } = await readBack(cluster);
    expect(
      differences.slice(0, SHOWN).map((text) => text.slice(0, 1500)),
      `round ${round}: ${differences.length} differences`,
    ).toEqual([]);
    expect([stored.size, refused.size > 0]).toEqual([report.stored, true]);
    const lost = lines.filter(
      (line) => isOneEvent(line) && !stored.has(line.toString('latin1')) && !refused.has(line.toString('latin1')),
    );
    expect(lost.slice(0, SHOWN).map((line) => line.toString('latin1'))).toEqual([]);
  }
  process.stdout.write(`parse roads: ${JSON.stringify(totals)}\n`);
  expect(totals.stored).toBeGreaterThan(totals.read / 4);
  expect(totals.quarantined).toBeGreaterThan(totals.read / 20);
  expect(server.log.filter((line) => line.includes('did not take a segment'))).toEqual([]);
});
