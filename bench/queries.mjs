// Questions over HTTP on loopback: median of 20, caches warm.
import { timeGet } from './support/http-get.mjs';
import { report } from './support/table.mjs';

export async function benchQueries(server, { day, user, auditId }) {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const time = `since-time=${day}T00:00:00Z&until=${next}T00:00:00Z`;
  const records = `${server.url}/api/v1/records?${time}`;
  const questions = [
    [`one user's 403s in 24 h, as table rows`, `${records}&user=${user}&code=403&limit=0&view=table`, 40],
    [`one user's 403s in 24 h, exact lines`, `${records}&user=${user}&code=403&limit=0&view=line`, 250],
    ['all exec requests of 24 h, as table rows', `${records}&resource=pods/exec&limit=0&view=table`, 40],
    ['all exec requests of 24 h, exact lines', `${records}&resource=pods/exec&limit=0&view=line`, 250],
    ['top 10 users of 24 h', `${server.url}/api/v1/top?${time}&by=user&limit=10`, 60],
    ['an auditID with its line', `${server.url}/api/v1/records?audit-id=${auditId}&all-stages=true&view=line`, 15],
    ['count per code of 24 h', `${server.url}/api/v1/top?${time}&by=code&limit=0`, 25],
    ['the newest 100 of everything, whole rows', `${server.url}/api/v1/records?limit=100`, 20],
    ['the newest 100 of everything, exact lines', `${server.url}/api/v1/records?limit=100&view=line`, 20],
  ];
  for (const [what, url, most] of questions) {
    const { ms, rows } = await timeGet(url);
    report(`${what}${url.includes('/records') ? ` (${rows} rows)` : ''}`, ms, 'ms', { most });
  }
  const { firstMs } = await timeGet(`${records}&limit=10000&view=line`);
  report('first byte of a 10,000-record answer', firstMs, 'ms', { most: 50 });
}
