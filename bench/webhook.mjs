// The webhook under load: batches of 400 over 8 connections, bodies built beforehand, acknowledged when durable. A program of its own, so that its CPU is apart.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { quantile } from './support/table.mjs';

const BATCH = 400;
const CONNECTIONS = 8;

function buildBodies(file) {
  const bodies = [];
  let items = [];
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    // As the API server sends it: items carry neither kind nor apiVersion.
    items.push(line.replace('"kind":"Event","apiVersion":"audit.k8s.io/v1",', ''));
    if (items.length === BATCH) {
      bodies.push(
        Buffer.from(`{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}\n`),
      );
      items = [];
    }
  }
  return bodies;
}

function post(url, agent, body) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const ask = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200
          ? resolve(performance.now() - startedAt)
          : reject(new Error(`status ${answer.statusCode}`)),
      );
    });
    ask.on('error', reject);
    ask.end(body);
  });
}

const [, , file, url, perSecond = '0'] = process.argv;
const bodies = buildBodies(file);
const before = process.cpuUsage();
const startedAt = performance.now();
const acks = [];
let next = 0;
await Promise.all(
  Array.from({ length: CONNECTIONS }, async (_, connection) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (next < bodies.length) {
      const number = next++;
      if (perSecond !== '0') {
        const dueAt = startedAt + (number * BATCH * 1000) / Number(perSecond);
        const waitMs = dueAt - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
      acks.push(await post(`${url}/webhook/v1/bench/master-${connection % 3}`, agent, bodies[number]));
    }
    agent.destroy();
  }),
);
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  JSON.stringify({
    records: bodies.length * BATCH,
    seconds,
    perSecond: (bodies.length * BATCH) / seconds,
    p50: quantile(acks, 0.5),
    p99: quantile(acks, 0.99),
    driverCpuSeconds: (user + system) / 1e6,
  }),
);
