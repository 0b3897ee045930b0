// Rotation under load in every way, with the server up, down and killed meanwhile: every line of every file is a record, once.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openRun } from '../support/audit-events.ts';
import { judgeStore, Ledger, printVerdict, readAllLines } from '../support/ledger.ts';
import { IS_LONG, openRandom } from '../support/seeded.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';
import { LogWriter } from './log-writer.ts';
import { WAYS } from './rotate.ts';

/** Each rotates every log once. */
const ROUNDS = (IS_LONG ? 200 : 20) / WAYS.length;
const WINDOW_MS = 900;
/** By then the server has looked at every rotated file again. */
const RESCAN_MS = 2500;
/** A compressed file may still be written until nothing came for so long; the server does not look into it before. */
const RETIRE_MS = 5000;

const STATES = ['up', 'down', 'killed', 'up'] as const;

/** One of them by its directory. */
const followed = ({ way, folder, path }: LogWriter): readonly string[] => ['--tail', way === 'server' ? folder : path];

/** Lines that reached the store from all files, the known ones too. */
async function countRead(server: TestServer): Promise<{ stored: number; duplicate: number }> {
  const { body } = await server.ask({ path: '/api/v1/sources' });
  const { sources }: { sources: { stored: number; duplicate: number }[] } = JSON.parse(body.toString('utf8'));
  const sum = (key: 'stored' | 'duplicate') => sources.reduce((total, row) => total + row[key], 0);
  return { stored: sum('stored'), duplicate: sum('duplicate') };
}

async function isStored(server: TestServer, ledger: Ledger, number: number): Promise<boolean> {
  if (number < 0) return false;
  const lines = await readAllLines(server, `&audit-id=${ledger.run.name}-${number}`);
  return lines.length > 0;
}

test(`${ROUNDS * WAYS.length} rotations`, { timeout: IS_LONG ? 1_800_000 : 180_000 }, async () => {
  const random = openRandom('rotation');
  const folder = makeFolder();
  const ledger = new Ledger(openRun(`rotation${random.seed}`));
  const writers = WAYS.map((way) => new LogWriter(join(folder, way), way, ledger, random));
  const start = () =>
    TestServer.start({
      data: join(folder, 'data'),
      args: ['--cluster', 'rotation', ...writers.flatMap(followed)],
    });
  let server = await start();
  await server.ready();
  const history: string[] = [];

  /** What is deleted has to be open in the server: nobody can read a file that came and went unseen. */
  const rotateWhenSeen = async (writer: LogWriter): Promise<number> => {
    await waitUntil('the new file to be seen', () => isStored(server, ledger, writer.firstNumber), { everyMs: 50 });
    return writer.rotate();
  };
  const rotateInWindow = async (writer: LogWriter): Promise<void> => {
    await sleep(random.whole(0, WINDOW_MS));
    writer.rotate();
  };

  try {
    for (let round = 0; round < ROUNDS; round++) {
      const state = STATES[round % STATES.length] ?? 'up';
      history.push(`round ${round + 1}: server ${state}, ${ledger.sent} lines`);
      for (const writer of writers.filter(({ way }) => way === 'delete')) {
        const last = await rotateWhenSeen(writer);
        if (state !== 'up')
          await waitUntil('the deleted file to be read', () => isStored(server, ledger, last), { everyMs: 50 });
      }
      const others = writers.filter(({ way }) => way !== 'delete');
      if (state === 'down') await server.stop();
      const rotating = Promise.all(others.map(rotateInWindow));
      if (state === 'killed') {
        await sleep(random.whole(0, WINDOW_MS));
        await server.kill();
      }
      await rotating;
      if (state !== 'up') server = await start();
    }
  } finally {
    for (const writer of writers) await writer.stop();
  }
  await server.ready();
  const verdict = await judgeStore(ledger, server);
  process.stdout.write(`${history.join('\n')}\n${ledger.sent} lines; ${printVerdict(verdict)}\n`);
  expect(verdict, history.join('\n')).toEqual({
    stored: ledger.sent,
    missing: [],
    double: [],
    changed: [],
    foreign: [],
  });
  // What the killed server had stored without a saved position is read again out of the compressed file, which has to have happened by now.
  await sleep(RETIRE_MS + RESCAN_MS);
  await server.drained();
  const before = await countRead(server);
  expect(before.stored).toBe(ledger.sent);
  expect(await server.stop()).toEqual({ code: 0, signal: null });

  // Positions: what was read before an orderly stop is not read again.
  server = await start();
  await server.ready();
  await sleep(RESCAN_MS);
  await server.drained();
  expect(await countRead(server)).toEqual(before);
  await server.stop();
});
