// SIGKILL at random moments, of the server and of its engine, under load: everything acknowledged is there afterwards, nothing twice.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openRun } from '../support/audit-events.ts';
import { judgeStore, Ledger, printVerdict, readAllLines } from '../support/ledger.ts';
import { IS_LONG, openRandom, type Random, seeded } from '../support/seeded.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { awaitWork } from './part-watch.ts';
import { writeRotatingLog } from './rotating-writer.ts';
import { tearSpool } from './tear-spool.ts';
import { sendBatches } from './webhook-sender.ts';

/** Each with a data directory of its own, so that reading everything back stays small. */
const ROUNDS = IS_LONG ? 10 : 1;
const KILLS = 20;
const SENDERS = 2;
/** A reading of everything after each of so many kills, so that a fault is found near its kill. */
const JUDGE_EVERY = 7;

type Victim = 'server' | 'engine';
type Moment = 'insert' | 'merge' | 'recovery' | 'any';

interface World {
  readonly folder: string;
  readonly random: Random;
  server: TestServer;
}

const dataOf = (world: World) => join(world.folder, 'data');

function startServer(folder: string): TestServer {
  return TestServer.launch({
    data: join(folder, 'data'),
    listen: `unix:${join(folder, 'kw.sock')}`,
    // Small segments make many inserts and many parts, and so many merges.
    args: [
      '--segment-max-age',
      '200ms',
      '--cluster',
      'crash',
      '--tail',
      join(folder, 'audit.log'),
      '--log-level',
      'info',
    ],
  });
}

/** Waits for the moment; says what was really met. */
async function awaitMoment(world: World, moment: Moment): Promise<string> {
  const { random } = world;
  if (moment === 'recovery') {
    await sleep(random.whole(0, 900));
    return moment;
  }
  await world.server.ready();
  await sleep(random.whole(0, 600));
  if (moment === 'any') return moment;
  const seen = await awaitWork(dataOf(world), moment, 1500);
  if (seen) await sleep(random.whole(0, 8));
  return seen ? moment : `no ${moment} seen`;
}

async function kill(world: World, victim: Victim, ledger: Ledger): Promise<string> {
  const enginePid = world.server.enginePid();
  if (victim === 'engine' && enginePid !== undefined) {
    process.kill(enginePid, 'SIGKILL');
    return 'engine';
  }
  await world.server.kill();
  const torn = world.random.chance(0.6) ? tearSpool(dataOf(world), ledger, world.random) : 'left as it is';
  world.server = startServer(world.folder);
  return `server, spool ${torn}`;
}

const firstSeed = openRandom('crash').seed;

/** KW_SEED with the seed of a round repeats that round alone. */
test.each(Array.from({ length: ROUNDS }, (_, round) => firstSeed + round))(
  `${KILLS} kills, seed %d`,
  { timeout: 280_000 },
  async (seed) => {
    const random = seeded(seed);
    const folder = makeFolder();
    const ledger = new Ledger(openRun(`crash${random.seed}`));
    const world: World = { folder, random, server: startServer(folder) };
    const stopping = new AbortController();
    await world.server.listens();
    const loads = Array.from({ length: SENDERS }, () =>
      sendBatches(`unix:${join(folder, 'kw.sock')}`, ledger, random, stopping.signal),
    );
    const writing = writeRotatingLog(join(folder, 'audit.log'), ledger, random, stopping.signal);
    const history: string[] = [];
    try {
      for (let number = 1; number <= KILLS; number++) {
        const victim = random.pick<Victim>(['server', 'server', 'engine']);
        const met = await awaitMoment(
          world,
          random.pick<Moment>(['insert', 'insert', 'merge', 'merge', 'recovery', 'any']),
        );
        const before = ledger.sent;
        const killed = await kill(world, victim, ledger);
        history.push(`kill ${number}: ${killed}; in ${met}; ${before} events sent`);
        if (number % JUDGE_EVERY === 0) {
          await world.server.ready();
          const { double, changed, foreign } = ledger.judge(await readAllLines(world.server));
          expect({ double, changed, foreign }, history.join('\n')).toEqual({ double: [], changed: [], foreign: [] });
        }
      }
    } finally {
      stopping.abort();
    }
    const counts = await Promise.all(loads);
    const broken = await writing;
    await world.server.ready();
    await world.server.drained();
    const verdict = await judgeStore(ledger, world.server);
    process.stdout.write(
      `${history.join('\n')}\n${JSON.stringify(counts)}\n${ledger.acknowledged} of ${ledger.sent} acknowledged; ${printVerdict(verdict)}\n`,
    );
    expect(verdict).toEqual({ stored: verdict.stored, missing: [], double: [], changed: [], foreign: [] });
    const { body } = await world.server.ask({ path: '/api/v1/quarantine?limit=0' });
    const kept: { line: string }[] = JSON.parse(body.toString('utf8'));
    expect(kept.map((row) => row.line).sort()).toEqual([...broken].sort());
    // The counts per source are those of the records, however often a batch was begun.
    const rows: { stored: number }[] = JSON.parse(
      JSON.stringify((await world.server.getObject('/api/v1/sources')).get('sources')),
    );
    expect(rows.reduce((sum, row) => sum + row.stored, 0)).toBe(verdict.stored);
    expect((await world.server.getObject('/api/v1/status')).get('spool')).toMatchObject({ segments: 0, failed: 0 });
    expect(await world.server.stop()).toEqual({ code: 0, signal: null });
    removeFolder(folder);
  },
);
