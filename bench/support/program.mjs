// Programs under measurement: starts the server and the command line from the built checkout; CPU seconds and peak memory out.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HEAP } from '../../packages/cli/dist/client/server-program.js';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const SERVER = path('packages/server/dist/main.js');
const CLI = path('packages/cli/bin/kubewitness.mjs');
const USAGE = path('bench/support/print-usage.cjs');
const TICKS_PER_SECOND = 100;

export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `kw-bench-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** User and system time of a running process. */
export function cpuSecondsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function peakMiBOf(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

function childrenOf(pid) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(pid);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Starts the server and waits until it answers; `seconds` from spawn to a ready store. */
export async function startServer(data, args = []) {
  const startedAt = performance.now();
  // As `kubewitness serve` starts it.
  const child = spawn(
    process.execPath,
    [...HEAP, SERVER, '--data', data, '--listen', '127.0.0.1:0', '--log-level', 'info', ...args],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  child.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-20_000);
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let url;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended:\n${log}`);
    url ??= /"url":"([^"]+)"/.exec(log)?.[1];
    if (url !== undefined && (await fetch(`${url}/readyz`).catch(() => undefined))?.ok) break;
    await sleep(10);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const engine = () => childrenOf(child.pid)[0];
  return {
    url,
    seconds,
    pid: child.pid,
    engineSocket: () => {
      const folder = join(data, 'store', 'run');
      const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith('.sock')) : undefined;
      return name === undefined ? undefined : join(folder, name);
    },
    cpuSeconds: () => ({ server: cpuSecondsOf(child.pid), engine: cpuSecondsOf(engine()) }),
    peakMiB: () => ({ server: peakMiBOf(child.pid), engine: peakMiBOf(engine()) }),
    /** Merges begin two seconds after an import, and are done when the engine has used next to nothing for eight. */
    async quiet() {
      for (let before = cpuSecondsOf(engine()), calm = 0; calm < 4; ) {
        await sleep(2000);
        const now = cpuSecondsOf(engine());
        calm = now - before < 0.1 ? calm + 1 : 0;
        before = now;
      }
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Runs the command line to its end; its own CPU seconds, wall seconds and output. */
export async function runCli(args) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--require', USAGE, CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const read = { 1: '', 2: '', 3: '' };
  for (const fd of [1, 2, 3]) child.stdio[fd].on('data', (chunk) => (read[fd] += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return {
    code,
    stdout: read[1],
    stderr: read[2],
    cpuSeconds: Number(read[3]),
    seconds: (performance.now() - startedAt) / 1000,
  };
}
