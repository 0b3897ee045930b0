// A GET on a kept connection: status, bytes, milliseconds to the first byte and to the last; and how long it takes in the middle.
import { Agent, request } from 'node:http';
import { median } from './table.mjs';

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

export function httpGet(url) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const ask = request(url, { agent }, (answer) => {
      let bytes = 0;
      let rows = 0;
      let firstMs;
      const parts = [];
      answer.on('data', (chunk) => {
        firstMs ??= performance.now() - startedAt;
        bytes += chunk.length;
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
        if (bytes < 4096) parts.push(chunk);
      });
      answer.on('end', () => {
        const ms = performance.now() - startedAt;
        const head = Buffer.concat(parts).toString();
        if (answer.statusCode !== 200) return reject(new Error(`${url}: ${answer.statusCode} ${head}`));
        resolve({ ms, firstMs: firstMs ?? ms, bytes, rows, head });
      });
      answer.on('error', reject);
    });
    ask.on('error', reject);
    ask.end();
  });
}

const ROUNDS = 20;
/** Caches warm: those of the engine, and the compiled code of the server. */
const WARM_UP = 10;

/** Medians of twenty, and the rows of the last answer. */
export async function timeGet(url) {
  for (let i = 0; i < WARM_UP; i++) await httpGet(url);
  const answers = [];
  for (let i = 0; i < ROUNDS; i++) answers.push(await httpGet(url));
  const middle = (pick) => median(answers.map(pick));
  return { ms: middle((answer) => answer.ms), firstMs: middle((answer) => answer.firstMs), rows: answers.at(-1).rows };
}
