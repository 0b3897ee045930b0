// A reader that is slower than the answer gets all of it: server -> program -> shell pipe -> a reader that waits.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startFakeServer } from './testing/fake-server.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const LINE = `${'x'.repeat(1023)}\n`;
/** A little more than a pipe holds (64 KiB): the program has written everything long before the reader has taken it. */
const LINES = 72;

test('the last lines reach a reader that comes late', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kw-cli-slow-'));
  const gate = join(directory, 'gate');
  const server = await startFakeServer({
    '*': (_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for (let line = 0; line < LINES; line++) response.write(LINE);
      response.end(() => setTimeout(() => void writeFile(gate, ''), 1000));
    },
  });
  try {
    const script = `"$@" | { while [ ! -e ${gate} ]; do sleep 0.05; done; wc -c; }`;
    const program = [process.execPath, '--conditions=source', '--import', 'tsx', MAIN];
    const child = spawn('sh', ['-c', script, 'sh', ...program, 'search', '-o', 'ndjson', '--server', server.url], {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    for await (const part of child.stdout) out += String(part);
    expect(Number(out)).toBe(LINES * LINE.length);
  } finally {
    await server.close();
    await rm(directory, { recursive: true });
  }
}, 30_000);
