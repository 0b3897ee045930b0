// Audit policies: the time of one decision beside the real evaluator's, and replays of a log file and of stored records.
// Part of `npm run bench`; `node bench/policy.mjs` alone prints the decisions (needs `npm run build`).
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { runCli, temporaryFolder } from './support/program.mjs';
import { median, report } from './support/table.mjs';

const dist = process.env.KW_BENCH_CORE ?? new URL('../packages/core/dist/', import.meta.url).href;
const { compilePolicy, loadPolicy } = await import(new URL('policy/index.js', dist).href);

/** What the real evaluator needs for one request of 138-bench30 (corpus/policy). */
const REAL_NANOS = 310;
const ROUNDS = 15;
const REQUESTS_A_ROUND = 180 * 2_000;
const MEGABYTES_A_SECOND = 50;
const STORED_SECONDS = 20;

const file = JSON.parse(
  gunzipSync(readFileSync(new URL('../corpus/policy/vectors.json.gz', import.meta.url))).toString('utf8'),
);
const BENCH30 = '138-bench30';
const tenIds = [
  BENCH30,
  '013-gke-like',
  '015-tke-like',
  '017-openshift-writerequestbodies-like',
  '059-order-first-match',
  '027-sub-exact',
  '035-names-sub',
  '041-ns-with-resources',
  '053-groups',
  '049-nonres-user',
];

/** A small seeded generator, so that two runs shuffle alike. */
function shuffle(items, seed) {
  const shuffled = [...items];
  let state = seed;
  for (let i = shuffled.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  return shuffled;
}

function textOf(id) {
  return file.policies.find((policy) => policy.id === id).policy;
}

/** Nanoseconds for one of `count` steps of the work, the median of 15 rounds. The work gives a sum, so that none of it is optimised away. */
function measure(count, work) {
  const samples = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    const sum = work();
    samples.push(Number(process.hrtime.bigint() - start) / count);
    if (!Number.isFinite(sum)) throw new Error('the work gave no sum');
  }
  return median(samples);
}

function measurePairs(pairs) {
  const rounds = Math.ceil(REQUESTS_A_ROUND / pairs.length);
  return measure(rounds * pairs.length, () => {
    let sum = 0;
    for (let k = 0; k < rounds; k++)
      for (let i = 0; i < pairs.length; i++) sum += pairs[i].policy.evaluate(pairs[i].request).rule;
    return sum;
  });
}

/** Eight look-ups in a map of texts: what this machine needs for the cheapest thing an evaluator could do. */
function calibrate() {
  const map = new Map(file.requests.map((request, i) => [request.id, i]));
  const keys = file.requests.map((request) => request.id);
  return measure(REQUESTS_A_ROUND, () => {
    let sum = 0;
    for (let k = 0; k < 2_000; k++)
      for (let i = 0; i < 180; i++) for (let n = 0; n < 8; n++) sum += map.get(keys[(i + n) % 180]);
    return sum;
  });
}

export function benchPolicyDecisions() {
  // Fresh texts for every pair, so that no two requests share a string object and nothing is found by identity.
  const pairsOf = (id) => {
    const policy = compilePolicy(loadPolicy(textOf(id)).policy);
    return JSON.parse(JSON.stringify(file.requests)).map((request) => ({ policy, request }));
  };
  report('calibration: eight look-ups in a map of texts', calibrate(), 'ns');
  report(
    'policy decision, ten policies, 180 requests each, shuffled',
    measurePairs(shuffle(tenIds.flatMap(pairsOf), 11)),
    'ns',
  );
  report(
    `policy decision, 30 rules (the real evaluator needs about ${REAL_NANOS} ns)`,
    measurePairs(shuffle(pairsOf(BENCH30), 7)),
    'ns',
    { most: REAL_NANOS },
  );
}

/** `records` of them stand in the file and, all imported, in the server. */
export async function benchPolicyReplays(server, log, records) {
  const policy = join(temporaryFolder('policy'), 'bench30.yaml');
  writeFileSync(policy, textOf(BENCH30));
  const count = records.toLocaleString('en-US');
  const replay = async (what, args) => {
    const run = await runCli(['policy', 'simulate', policy, ...args, '-o', 'json']);
    if (run.code !== 0) throw new Error(`policy simulate ${what} ended with ${run.code}:\n${run.stderr}`);
    const { total } = JSON.parse(run.stdout);
    if (total.records !== records)
      throw new Error(`policy simulate ${what} saw ${total.records} of ${records} records`);
    return run;
  };
  const read = await replay('of a file', [log]);
  report(`policy simulate, a file of ${count} records`, statSync(log).size / 1e6 / read.seconds, 'MB/s', {
    least: MEGABYTES_A_SECOND,
  });
  const stored = await replay('of a store', ['--server', server.url]);
  report(`policy simulate, ${count} stored records, by the command line`, stored.seconds, 's', {
    most: (STORED_SECONDS * records) / 1_000_000,
  });
  const startedAt = performance.now();
  const answer = await fetch(`${server.url}/api/v1/policy/simulate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ policy: textOf(BENCH30), filter: {} }),
  });
  const body = await answer.json();
  if (body.total?.records !== records)
    throw new Error(
      `the server replayed ${body.total?.records} of ${records} records: ${JSON.stringify(body).slice(0, 500)}`,
    );
  report(`policy simulate, ${count} stored records, by the server`, (performance.now() - startedAt) / 1000, 's', {
    most: (STORED_SECONDS * records) / 1_000_000,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) benchPolicyDecisions();
