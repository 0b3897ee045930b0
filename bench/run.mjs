// `npm run bench`: the figures of the product on 1,000,000 records, beside a calibration of the same run.
// `-- --check` fails when a figure misses its bound (one retry), `-- --records N` takes fewer, `-- --huge` adds the once-check at 20 million.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { calibrate } from './calibration.mjs';
import { benchImport } from './import.mjs';
import { benchLogql } from './logql.mjs';
import { benchOnceCheck } from './once-check.mjs';
import { benchPolicyDecisions, benchPolicyReplays } from './policy.mjs';
import { benchQueries } from './queries.mjs';
import { benchSessions } from './sessions.mjs';
import { makeEvents } from './support/make-events.mjs';
import { runCli, startServer, temporaryFolder } from './support/program.mjs';
import { median, missed, printTable, report } from './support/table.mjs';

const { values } = parseArgs({
  options: { check: { type: 'boolean' }, huge: { type: 'boolean' }, records: { type: 'string', default: '1000000' } },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache');
mkdirSync(cache, { recursive: true });

async function benchWebhook() {
  const { file } = makeEvents(200_000, 8);
  const server = await startServer(temporaryFolder('webhook'));
  const drive = (perSecond) =>
    JSON.parse(
      execFileSync(process.execPath, [join(root, 'bench', 'webhook.mjs'), file, server.url, String(perSecond)], {
        encoding: 'utf8',
      }),
    );
  const run = drive(20_000);
  report('webhook, 20,000 records/s asked: taken', run.perSecond, 'records/s', { least: 19_500 });
  report('webhook, 20,000 records/s asked: p50 of the acknowledgement', run.p50, 'ms');
  report('webhook, 20,000 records/s asked: p99 of the acknowledgement', run.p99, 'ms', { most: 50 });
  report('webhook: CPU of the driver', run.driverCpuSeconds, 's');
  await server.stop();
  const fast = await startServer(temporaryFolder('webhook-fast'));
  const burst = JSON.parse(
    execFileSync(process.execPath, [join(root, 'bench', 'webhook.mjs'), file, fast.url], { encoding: 'utf8' }),
  );
  report('webhook, as fast as it goes', burst.perSecond, 'records/s', { least: 20_000 });
  report('webhook, as fast as it goes: p99 of the acknowledgement', burst.p99, 'ms');
  await fast.stop();
}

async function benchStart(data) {
  const help = [];
  for (let i = 0; i < 20; i++) help.push((await runCli(['--help'])).seconds * 1000);
  report('kubewitness --help', median(help), 'ms', { most: 150 });
  const empty = await startServer(temporaryFolder('empty'));
  report('server ready, empty store', empty.seconds, 's', { most: 2 });
  await empty.stop();
  const full = await startServer(data);
  report('server ready, full store', full.seconds, 's', { most: 2 });
  await full.stop();
}

benchPolicyDecisions();
const main = makeEvents(Number(values.records), 7);
await calibrate(main.file);
const data = temporaryFolder('main');
let server = await startServer(data);
await benchImport(
  server,
  main.file,
  `${main.facts.events.toLocaleString('en-US')} records, ${Math.round(main.facts.bytes / 1e6)} MB`,
);
await server.stop();
server = await startServer(data);
// What is left to merge begins again after a restart.
await server.quiet();
const user = Object.keys(main.facts.forbidden).find((name) => !name.startsWith('system:')) ?? 'nobody';
await benchQueries(server, { day: '2026-11-18', user: encodeURIComponent(user), auditId: main.facts.needle.auditID });
await benchLogql(server, main.file, main.facts);
await benchPolicyReplays(server, main.file, main.facts.events);
await benchSessions(server, { day: '2026-11-18', records: main.facts.events });
await server.stop();
await benchStart(data);
await benchWebhook();

const real = join(cache, 'real-100k.ndjson');
writeFileSync(real, gunzipSync(readFileSync(join(root, 'corpus', 'kube-apiserver', 'real-100k.ndjson.gz'))));
server = await startServer(temporaryFolder('real'));
await benchImport(server, real, 'the real 100,000', { check: false });
await server.stop();

const demo = join(cache, 'demo-200k.ndjson');
writeFileSync(
  demo,
  execFileSync(process.execPath, [join(root, 'tools', 'gen.mjs'), '--records', '200000'], { maxBuffer: 1024 ** 3 }),
);
server = await startServer(temporaryFolder('demo'));
await benchImport(server, demo, '200,000 demo records of all stages', { check: false });
await server.stop();

await benchOnceCheck(main.file, values.huge === true);

const table = printTable();
writeFileSync(
  join(root, 'bench', 'last-run.md'),
  `# The last measured table\n\n\`npm run bench\`, ${new Date().toISOString().slice(0, 10)}, two shared cores.\n\n${table}`,
);
process.stdout.write(table);
if (values.check === true && missed().length > 0) {
  process.stdout.write(`missed: ${missed().join('; ')}\n`);
  process.exitCode = 1;
}
