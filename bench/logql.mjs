// LogQL over Loki's API on loopback: median of 20, caches warm, beside grep, rg and jq on the raw file; and the server's memory while a reader is slow.
// Part of `npm run bench`; `node bench/logql.mjs [--records N]` alone (needs `npm run build`).
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { httpGet } from './support/http-get.mjs';
import { FIRST_DAY, makeEvents } from './support/make-events.mjs';
import { runCli, startServer, temporaryFolder } from './support/program.mjs';
import { makeAggregations } from './support/random-aggregations.mjs';
import { median, printTable, remark, report } from './support/table.mjs';

const ROUNDS = 20;
const AGGREGATIONS = 20;
const SEED = 20261118;
const HOUR_NANOS = 3_600_000_000_000n;
const START = BigInt(Date.parse(`${FIRST_DAY}T00:00:00Z`)) * 1_000_000n;
const END = START + 24n * HOUR_NANOS;
/** A window of LogQL leaves out its beginning and takes in its end: seen from here 24 hours are the day. */
const LAST_MOMENT = END - 1n;

const ALERT =
  'sum by (objectRef_namespace, objectRef_name, user_username) (count_over_time({log_type="audit"} |~ "/exec?" | json [2h])) > 0';
const REGEXP = '"verb":"(create|delete)".*"username":"[a-z]+@example[.]com".*"resource":"secrets"';

function url(server, path, params) {
  const texts = Object.entries(params).filter(([, value]) => value !== undefined);
  return `${server.url}/loki/api/v1/${path}?${new URLSearchParams(texts.map(([name, value]) => [name, String(value)]))}`;
}
const instant = (server, query, time = LAST_MOMENT) => url(server, 'query', { query, time });
const range = (server, query, more = {}) => url(server, 'query_range', { query, start: START, end: END, ...more });

async function getData(address) {
  const answer = await fetch(address);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${text.slice(0, 500)}`);
  return JSON.parse(text).data;
}

/** What takes seconds is far from its bound; three rounds show that as well as twenty. */
async function measure(address) {
  await httpGet(address);
  const rounds = (await httpGet(address)).ms > 2000 ? 3 : ROUNDS;
  const times = [];
  for (let i = 0; i < rounds; i++) times.push((await httpGet(address)).ms);
  return median(times);
}

const linesOf = (data) => data.result.reduce((sum, { values }) => sum + values.length, 0);
const total = (data) => data.result.reduce((sum, { value }) => sum + Number(value[1]), 0);

function expectEqual(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}

/** Plain tools on the same file, once each: they read it all however often they are run. */
function compareWithTools(file) {
  const tenth = Math.floor(statSync(file).size / 10);
  const shell = (script) => ['bash', ['-c', script]];
  const needle = JSON.parse(readFileSync(`${file}.json`, 'utf8')).needle.auditID;
  const rows = [
    ['rg: one auditID', 'rg', ['rg', ['-c', needle, file]], 1],
    ['grep: one auditID', 'grep', ['grep', ['-c', needle, file]], 1],
    ['rg and jq: exec events, parsed', 'rg', shell(`rg '/exec?' '${file}' | jq -c . | wc -l`), 1],
    ['grep and jq: exec events, parsed', 'grep', shell(`grep -E '/exec?' '${file}' | jq -c . | wc -l`), 1],
    ['rg: the regexp', 'rg', ['rg', ['-c', REGEXP, file]], 1],
    ['grep: the regexp', 'grep', ['grep', ['-c', '-E', REGEXP, file]], 1],
    [
      'jq and sort: count per code, 1/10 of the file, times 10',
      'jq',
      shell(`head -c ${tenth} '${file}' | jq -r .responseStatus.code 2>/dev/null | sort | uniq -c`),
      10,
    ],
  ];
  for (const [what, program, [command, args], times] of rows) {
    if (spawnSync(program, ['--version']).error !== undefined) {
      remark(`files: ${what}`, 'not installed');
      continue;
    }
    const startedAt = performance.now();
    spawnSync(command, args, { encoding: 'utf8' });
    report(`files: ${what}`, Math.round((performance.now() - startedAt) * times), 'ms');
  }
}

/** Selectors of every label that the streams have: the first lines must come fast whichever is asked. */
async function measureFirstLines(server) {
  const names = await getData(url(server, 'labels', { start: START, end: END }));
  const selectors = ['{log_type="audit"}'];
  for (const name of names) {
    const [value] = await getData(url(server, `label/${name}/values`, { start: START, end: END }));
    if (value !== undefined) selectors.push(`{${name}=${JSON.stringify(value)}}`);
  }
  let slowest = 0;
  for (const selector of selectors) {
    for (const direction of ['backward', 'forward']) {
      slowest = Math.max(slowest, await measure(range(server, selector, { limit: 100, direction })));
    }
  }
  report(`LogQL: the first 100 lines of ${selectors.length} selectors, the slowest`, slowest, 'ms', { most: 30 });
}

async function measureAggregations(server) {
  let slowest = { ms: 0, query: '' };
  const all = [];
  for (const { query, stepSeconds } of makeAggregations(AGGREGATIONS, SEED)) {
    const address = stepSeconds === undefined ? instant(server, query) : range(server, query, { step: stepSeconds });
    const ms = await measure(address);
    all.push(ms);
    process.stderr.write(
      `   ${ms.toFixed(1)} ms: ${query}${stepSeconds === undefined ? '' : ` by ${stepSeconds} s`}\n`,
    );
    if (ms > slowest.ms) slowest = { ms, query };
  }
  report(`LogQL: ${AGGREGATIONS} random aggregations over 24 h, the middle one`, median(all), 'ms');
  report(`LogQL: ${AGGREGATIONS} random aggregations over 24 h, the slowest`, slowest.ms, 'ms', { most: 150 });
}

const rssMiBOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** A client that takes a pause after each chunk: what the server would hold for it, it would hold in memory. */
export async function measureSlowReader(server, lines) {
  const before = rssMiBOf(server.pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, rssMiBOf(server.pid));
  }, 50);
  let bytes = 0;
  let tail = '';
  const startedAt = performance.now();
  try {
    await new Promise((resolve, reject) => {
      const address = range(server, '{log_type="audit"}', { limit: lines, direction: 'forward' });
      const ask = request(address, async (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`the long answer: ${answer.statusCode}`));
        await sleep(3000);
        let sincePause = 0;
        for await (const chunk of answer) {
          bytes += chunk.length;
          tail = (tail + chunk.subarray(-2000).toString('latin1')).slice(-2000);
          sincePause += chunk.length;
          if (sincePause < 2 ** 20) continue;
          sincePause = 0;
          await sleep(25);
        }
        resolve();
      });
      ask.once('error', reject);
      ask.end();
    });
  } finally {
    clearInterval(watch);
  }
  const entries = Number(/"totalEntriesReturned":(\d+)/.exec(tail)?.[1]);
  expectEqual('lines of the long answer', entries, lines);
  const seconds = (performance.now() - startedAt) / 1000;
  process.stderr.write(
    `   ${lines} lines, ${Math.round(bytes / 1e6)} MB in ${seconds.toFixed(1)} s; ${Math.round(before)} MiB before\n`,
  );
  report(`LogQL: memory of the server while ${lines.toLocaleString('en-US')} lines go to a slow client`, most, 'MiB', {
    most: 300,
  });
}

/** The server holds the records of the file, `needle` among them, and nothing else of that day. */
export async function benchLogql(server, file, { events, needle }) {
  const perCode = 'sum by (responseStatus_code) (count_over_time({log_type="audit"} | json [24h]))';
  const execLines = range(server, '{log_type="audit"} |~ "/exec?" | json', { limit: 1_000_000 });
  const regexpLines = range(server, `{log_type="audit"} |~ \`${REGEXP}\``, { limit: 1_000_000 });
  const needleLines = range(server, `{log_type="audit"} |= "${needle.auditID}"`);
  const alert = instant(server, ALERT, START + 14n * HOUR_NANOS);
  // The server remembers where lines were found: who asks first reads them, who asks again does not.
  const first = async (what, address) => {
    const startedAt = performance.now();
    const data = await getData(address);
    report(`LogQL: ${what}, the first time`, performance.now() - startedAt, 'ms');
    return data;
  };
  expectEqual('records per code', total(await getData(instant(server, perCode))), events);
  await first('the alert expression, 2 h', alert);
  expectEqual('lines of one auditID', linesOf(await first('one auditID', needleLines)), 1);
  const execs = linesOf(await first('exec events of 24 h, parsed', execLines));
  const found = linesOf(await first('a regexp over every line', regexpLines));
  const questions = [
    ['the alert expression, 2 h', alert, 60],
    [
      'top 10 users of 24 h',
      instant(server, 'topk(10, sum by (user_username) (count_over_time({log_type="audit"} | json [24h])))'),
      60,
    ],
    ['count per code of 24 h', instant(server, perCode), 30],
    [
      'histogram of 24 h by 5 minutes',
      range(server, 'sum(count_over_time({log_type="audit"} [5m]))', { step: 300 }),
      30,
    ],
    [
      'people by verb, 30-minute steps',
      range(server, 'sum by (verb) (count_over_time({log_type="audit"} | json | user_username!~"system:.*" [30m]))', {
        step: 1800,
      }),
      60,
    ],
    ['one auditID', needleLines, 30],
    [`exec events of 24 h, parsed, all ${execs} rows`, execLines, 300],
    [`a regexp over every line (${found} rows)`, regexpLines, 800],
  ];
  for (const [what, address, most] of questions) report(`LogQL: ${what}`, await measure(address), 'ms', { most });
  await measureFirstLines(server);
  await measureAggregations(server);
  compareWithTools(file);
  await measureSlowReader(server, Math.min(500_000, events));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { records: { type: 'string', default: '1000000' } } });
  const { file, facts } = makeEvents(Number(values.records), 7);
  const data = temporaryFolder('logql');
  let server = await startServer(data);
  const imported = await runCli(['import', file, '--server', server.url]);
  if (imported.code !== 0) throw new Error(imported.stderr);
  await server.quiet();
  await server.stop();
  // What the import left in memory is not the answer's.
  server = await startServer(data);
  await benchLogql(server, file, facts);
  await server.stop();
  process.stdout.write(printTable());
}
