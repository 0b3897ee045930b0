// What this machine does at this moment with plain tools: the engine without our schema, grep and jq on the same file.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { makeClientOptions, startEngine } from '../packages/engine/dist/supervisor/index.js';
import { cpuSecondsOf, temporaryFolder } from './support/program.mjs';
import { median, report } from './support/table.mjs';

export async function calibrate(file) {
  const engine = startEngine({
    dataDir: join(temporaryFolder('calibration'), 'store'),
    readers: 1,
    maxMemoryBytes: 4 * 1024 ** 3,
    log: () => undefined,
  });
  const started = await engine.ready;
  if (!started.ok) throw new Error(started.problem.message);
  const client = createClient(makeClientOptions(engine.socketPath));
  const megabytes = statSync(file).size / 1e6;
  await client.command({
    query: 'CREATE TABLE plain (line String CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY tuple()',
  });
  const before = cpuSecondsOf(engine.pid());
  await client.command({
    query: `INSERT INTO plain SELECT line FROM file('${file}', 'LineAsString', 'line String') SETTINGS max_threads = 2`,
  });
  report(
    'calibration: plain insert of the lines, without parsing',
    megabytes / (cpuSecondsOf(engine.pid()) - before),
    'MB per CPU s',
  );
  const counts = [];
  for (let i = 0; i < 20; i++) {
    const startedAt = performance.now();
    await (await client.query({ query: 'SELECT count() FROM plain', format: 'JSONEachRow' })).json();
    counts.push(performance.now() - startedAt);
  }
  report('calibration: select count()', median(counts), 'ms');
  await client.close();
  await engine.stop();
  for (const [name, command, args] of [
    ['grep -c of one auditID', 'grep', ['-c', 'e17ee81f-a340-4b2a-8d9a-a91c0e7c60e3', file]],
    [
      'jq: top users of 1/10 of the file, times 10',
      'bash',
      [
        '-c',
        `head -c ${Math.floor(statSync(file).size / 10)} '${file}' | jq -r '.user.username' 2>/dev/null | sort | uniq -c | sort -rn | head`,
      ],
    ],
  ]) {
    const startedAt = performance.now();
    const { error } = spawnSync(command, args, { encoding: 'utf8' });
    const ms = (performance.now() - startedAt) * (command === 'bash' ? 10 : 1);
    if (error === undefined) report(`calibration: ${name}`, Math.round(ms), 'ms');
  }
}
