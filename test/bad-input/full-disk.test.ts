// A full disk: nothing acknowledged is lost, senders are told to come back, and all goes on when there is room. A small tmpfs, and a limit of file sizes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readObject } from '../support/ask.ts';
import { batchOf, openRun } from '../support/audit-events.ts';
import { judgeStore, Ledger } from '../support/ledger.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const TMPFS_MIB = 300;
const MOUNT = `mount -t tmpfs -o size=${TMPFS_MIB}m,mode=700 tmpfs "$0" && exec "$@"`;

function hasUserNamespaces(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore', timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}
const canMount = hasUserNamespaces();
const way = canMount ? 'a tmpfs in a user namespace' : 'a limit of file sizes only (no user namespaces here)';
process.stdout.write(`full disk: ${way}\n`);

interface Sent {
  readonly status: number;
  readonly code: unknown;
  readonly retryAfter: string | undefined;
}

/** One batch; acknowledged ones are in the ledger. */
async function send(server: TestServer, ledger: Ledger, count = 100): Promise<Sent> {
  const numbers = ledger.take(count);
  const { status, headers, body } = await server.ask({
    method: 'POST',
    path: '/webhook/v1/full',
    body: batchOf(ledger.run, numbers),
  });
  if (status === 200) ledger.acknowledge(numbers);
  return {
    status,
    code: status === 200 ? undefined : readObject(body).get('code'),
    retryAfter: headers['retry-after'],
  };
}

const sendUntilRefused = (server: TestServer, ledger: Ledger): Promise<Sent> =>
  waitUntil(
    'a refusal',
    async () => {
      const sent = await send(server, ledger);
      return sent.status === 200 ? undefined : sent;
    },
    { everyMs: 1 },
  );

const sendUntilTaken = (server: TestServer, ledger: Ledger): Promise<Sent> =>
  waitUntil(
    'the intake to go on',
    async () => {
      const sent = await send(server, ledger);
      return sent.status === 200 ? sent : undefined;
    },
    { everyMs: 200 },
  );

/** The server's disk seen from outside of its namespace. */
class SmallDisk {
  readonly server: TestServer;
  readonly folder: string;
  readonly #ballast: string[] = [];

  constructor(server: TestServer, mountPoint: string) {
    this.server = server;
    this.folder = `/proc/${server.pid}/root${mountPoint}`;
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  fill(leaveBytes: number): void {
    const path = join(this.folder, `ballast-${this.#ballast.length}`);
    this.#ballast.push(path);
    writeFileSync(path, Buffer.alloc(Math.max(0, this.freeBytes - leaveBytes)));
  }

  empty(): void {
    for (const path of this.#ballast.splice(0)) rmSync(path);
  }
}

async function startOnSmallDisk(args: readonly string[]): Promise<SmallDisk> {
  const mountPoint = join(makeFolder(), 'disk');
  mkdirSync(mountPoint);
  const server = await TestServer.start({
    data: join(mountPoint, 'data'),
    args: ['--segment-max-age', '100ms', ...args],
    under: ['unshare', '-rm', 'sh', '-c', MOUNT, mountPoint],
  });
  await server.ready();
  return new SmallDisk(server, mountPoint);
}

const ALL_THERE = { missing: [], double: [], changed: [], foreign: [] };

test.runIf(canMount)(
  'below the reserve: 429 with Retry-After, not ready, what is there can be read; then it goes on',
  async () => {
    const disk = await startOnSmallDisk(['--disk-reserve-bytes', '50MiB']);
    const { server } = disk;
    const ledger = new Ledger(openRun('reserve'));
    for (let batch = 0; batch < 10; batch++) expect((await send(server, ledger)).status).toBe(200);
    disk.fill(40 * 2 ** 20);
    const refused = await sendUntilRefused(server, ledger);
    expect(refused).toEqual({ status: 429, code: 'KW_INGEST_DISK_RESERVE', retryAfter: '30' });
    const { status, body } = await server.ask({ path: '/readyz?verbose' });
    expect([status, body.toString('utf8')]).toEqual([
      503,
      expect.stringMatching(/intake failed: .*the disk has only \d+ MiB free/),
    ]);
    expect(await judgeStore(ledger, server)).toMatchObject(ALL_THERE);
    expect(server.log.some((line) => line.includes('KW_INGEST_DISK_RESERVE'))).toBe(true);
    disk.empty();
    await sendUntilTaken(server, ledger);
    await server.drained();
    expect(await judgeStore(ledger, server)).toMatchObject(ALL_THERE);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  },
);

test.runIf(canMount)(
  'full to the last byte in the middle of writing, without a reserve',
  { timeout: 120_000 },
  async () => {
    const disk = await startOnSmallDisk(['--disk-reserve-bytes', 'off']);
    const { server } = disk;
    const ledger = new Ledger(openRun('full'));
    for (let batch = 0; batch < 10; batch++) expect((await send(server, ledger)).status).toBe(200);
    disk.fill(600 * 1024);
    const refused = await sendUntilRefused(server, ledger);
    expect(refused).toMatchObject({ status: 429, code: expect.stringMatching(/^KW_SPOOL_|^KW_INGEST_/) });
    disk.fill(0);
    for (let again = 0; again < 3; again++) expect((await send(server, ledger)).status).not.toBe(500);
    disk.empty();
    await sendUntilTaken(server, ledger);
    await server.drained();
    expect(await judgeStore(ledger, server)).toMatchObject(ALL_THERE);
    const status = await server.getObject('/api/v1/status');
    expect(status.get('spool')).toMatchObject({ failed: 0 });
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  },
);

test('a file may not grow any further (limit of file sizes): refused, and all that was acknowledged is there after a restart', async () => {
  const data = join(makeFolder(), 'data');
  const ledger = new Ledger(openRun('fsize'));
  // The engine runs under the limit too and may fail; the spool has to keep what was acknowledged.
  const limited = await TestServer.start({
    data,
    args: ['--segment-max-age', '60s'],
    under: ['prlimit', '--fsize=400000'],
  });
  const refused = await sendUntilRefused(limited, ledger);
  expect(refused).toMatchObject({ status: 429, code: expect.stringMatching(/^KW_/) });
  expect(ledger.acknowledged).toBeGreaterThan(100);
  await limited.kill();
  const server = await TestServer.start({ data });
  await server.ready();
  await server.drained();
  expect(await judgeStore(ledger, server)).toMatchObject(ALL_THERE);
  await server.stop();
});
