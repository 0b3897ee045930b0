// Sessions over HTTP on loopback: a day of them listed, as API and as LogQL, and how soon a new one is there. Median of 20, caches warm.
import { setTimeout as sleep } from 'node:timers/promises';
import { timeGet } from './support/http-get.mjs';
import { median, report } from './support/table.mjs';

const ROUNDS = 20;

export async function benchSessions(server, { day, records }) {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const list = `${server.url}/api/v1/sessions?since-time=${day}T00:00:00Z&until=${next}T00:00:00Z`;
  const { sessions } = await (await fetch(`${list}&limit=0`)).json();
  const among = `${sessions.length} among ${records.toLocaleString('en-US')} records`;
  const loki = `${server.url}/loki/api/v1/query_range?limit=5000&start=${day}T00:00:00Z&end=${next}T00:00:00Z&query=`;
  const questions = [
    [`sessions of 24 h (${among})`, `${list}&limit=0`, 50],
    ['sessions of 24 h that were refused', `${list}&denied=true`],
    ['sessions that are open', `${server.url}/api/v1/sessions?open=true`],
    ['the newest 100 sessions', `${server.url}/api/v1/sessions?limit=100`],
    ['{log_type="session"} of 24 h', `${loki}${encodeURIComponent('{log_type="session"}')}`],
  ];
  for (const [what, url, most] of questions) {
    const { ms } = await timeGet(url);
    report(what, ms, 'ms', most === undefined ? {} : { most });
  }
  await benchFreshSessions(server);
}

/** From the acknowledgement of the first record of a session until the list has it. */
async function benchFreshSessions(server) {
  const times = [];
  for (let i = 0; i < ROUNDS; i++) {
    const pod = `fresh-${crypto.randomUUID()}`;
    const acknowledged = await sendStart(server, pod);
    for (;;) {
      const { sessions } = await (await fetch(`${server.url}/api/v1/sessions?open=true&pod=${pod}`)).json();
      if (sessions.length > 0) break;
      if (performance.now() - acknowledged > 30_000) throw new Error('the session is not there after 30 s');
      await sleep(10);
    }
    times.push(performance.now() - acknowledged);
  }
  report('a new session is listed, after the acknowledgement of its first record', median(times), 'ms', { most: 1000 });
  report('a new session is listed, the slowest of 20', Math.max(...times), 'ms');
}

async function sendStart(server, pod) {
  const now = new Date().toISOString().replace('Z', '000Z');
  const item = {
    level: 'Metadata',
    auditID: crypto.randomUUID(),
    stage: 'ResponseStarted',
    requestURI: `/api/v1/namespaces/shop/pods/${pod}/exec?command=sh&container=main&stdin=true&stdout=true&tty=true`,
    verb: 'get',
    user: { username: 'alice' },
    sourceIPs: ['10.0.0.9'],
    objectRef: { resource: 'pods', namespace: 'shop', name: pod, apiVersion: 'v1', subresource: 'exec' },
    responseStatus: { metadata: {}, code: 101 },
    requestReceivedTimestamp: now,
    stageTimestamp: now,
  };
  const body = JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: [item] });
  const answer = await fetch(`${server.url}/webhook/v1/bench-live`, { method: 'POST', body });
  if (answer.status !== 200) throw new Error(`webhook: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
  return performance.now();
}
