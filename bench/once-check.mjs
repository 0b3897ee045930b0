// What keeping each record once costs: importing known and new records into a store with 1 and, on demand, 20 million others in the same day.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { makeClientOptions } from '../packages/engine/dist/supervisor/index.js';
import { runCli, startServer, temporaryFolder } from './support/program.mjs';
import { report } from './support/table.mjs';

const MILLION = 1_000_000;

/** Other records of the same day: only what the once-check reads of them matters. */
async function fill(server, millions) {
  const client = createClient(makeClientOptions(server.engineSocket()));
  // Not more at once than the engine's memory takes beside its merges.
  for (let i = 0; i < 4 * millions; i++) {
    await client.command({
      query: `INSERT INTO kubewitness.records (time, record_id, arrival, verb, finished, line)
SELECT toDateTime64('2026-11-18 00:00:00', 9, 'UTC') + toIntervalMicrosecond(rand64() % 86400000000), toFixedString(substring(SHA256(toString(number + ${(i * MILLION) / 4})), 1, 16), 16), now64(6), 'get', true, '{}'
FROM numbers(${MILLION / 4})`,
    });
  }
  await client.close();
}

export async function benchOnceCheck(file, huge) {
  const folder = temporaryFolder('once');
  const some = join(folder, 'some.ndjson');
  spawnSync('bash', ['-c', `awk 'NR % 20 == 0' '${file}' > '${some}'`]);
  const costOf = async (server) => {
    await server.quiet();
    const before = server.cpuSeconds().engine;
    const { code, stderr } = await runCli(['import', some, '--server', server.url]);
    if (code !== 0) throw new Error(stderr);
    return server.cpuSeconds().engine - before;
  };
  for (const millions of huge ? [0, 1, 20] : [0, 1]) {
    const server = await startServer(temporaryFolder(`once-${millions}`));
    await fill(server, millions);
    const what = `once-check: 1/20 of the records of a day beside ${millions} million others of it`;
    report(`${what}, new: engine CPU`, await costOf(server), 's');
    report(`${what}, all known: engine CPU`, await costOf(server), 's');
    await server.stop();
  }
}
