// Writes the audit log of the demo cluster to standard output: `npm run gen -- --records 1000000 > file`. Same options, same bytes.
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const HELP = `npm run gen -- [options] > file

  --records N    how many records, all stages counted (default 1000000, at least 500)
  --seed N       another seed, another cluster (default 1)
  --hours N      the window the records lie in (default 24)
  --end TIME     the end of the window, RFC 3339, or "now" (default 2026-11-20T00:00:00Z, so that runs repeat)
  --host NAME    only the lines of one API server: master-0, master-1 or master-2
  --facts        print what must be found (JSON) instead of the lines
`;
const CHUNK_CHARACTERS = 512 * 1024;

function fail(sentence) {
  process.stderr.write(`gen: ${sentence}\n`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        records: { type: 'string', default: '1000000' },
        seed: { type: 'string', default: '1' },
        hours: { type: 'string', default: '24' },
        end: { type: 'string', default: '2026-11-20T00:00:00Z' },
        host: { type: 'string' },
        facts: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error.message}; see --help`);
  }
}

function wholeNumber(name, text, least) {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    fail(`--${name} ${JSON.stringify(text)} is no whole number from ${least} on`);
  return value;
}

const options = readOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const { createDemo, DEMO_HOSTS, MIN_DEMO_RECORDS } = await import('@kubewitness/core/demo');
const { parseTimeNanos } = await import('@kubewitness/core/event');
const endNanos = options.end === 'now' ? BigInt(Date.now()) * 1_000_000n : parseTimeNanos(options.end);
if (endNanos === undefined)
  fail(`--end ${JSON.stringify(options.end)} is not a time; write 2026-11-20T00:00:00Z or now`);
if (options.host !== undefined && !DEMO_HOSTS.includes(options.host)) fail(`--host is one of ${DEMO_HOSTS.join(', ')}`);
const demo = createDemo({
  seed: wholeNumber('seed', options.seed, 0),
  startNanos: endNanos - BigInt(wholeNumber('hours', options.hours, 1)) * 3_600_000_000_000n,
  endNanos,
  records: wholeNumber('records', options.records, MIN_DEMO_RECORDS),
  cluster: 'demo',
});

// A reader that has seen enough (`| head`) closes the pipe: that is no error.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

async function write(text) {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

if (options.facts) {
  await write(
    `${JSON.stringify(demo.facts, (_key, value) => (typeof value === 'bigint' ? String(value) : value), 2)}\n`,
  );
} else {
  let lines = [];
  let size = 0;
  for (const { host, text } of demo) {
    if (options.host !== undefined && host !== options.host) continue;
    lines.push(text);
    size += text.length + 1;
    if (size >= CHUNK_CHARACTERS) {
      await write(`${lines.join('\n')}\n`);
      lines = [];
      size = 0;
    }
  }
  if (lines.length > 0) await write(`${lines.join('\n')}\n`);
}
