// Stands in for the server program: the two arguments, readiness, import, records, signals. FAKE_MODE makes it misbehave.
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';

const args = process.argv.slice(2);
const mode = process.env.FAKE_MODE ?? '';
const log = process.env.FAKE_LOG;
const note = (text) => log && appendFileSync(log, `${text}\n`);
note(`pid ${process.pid}`);
note(`args ${args.join(' ')}`);
note(
  `env ${Object.keys(process.env)
    .filter((name) => name.startsWith('KUBEWITNESS_'))
    .join(' ')}`,
);

if (mode === 'dies') {
  console.error('KW_STORE_LOCKED: somebody else has the directory.');
  process.exit(3);
}
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(name, () => {
    note(name);
    if (mode !== 'stubborn') process.exit(name === 'SIGINT' ? 7 : 0);
  });
}

const data = args[args.indexOf('--data') + 1];
const listen = args[args.indexOf('--listen') + 1];
if (listen?.startsWith('unix:')) {
  mkdirSync(data, { recursive: true });
  writeFileSync(`${data}/something`, 'kept');
  const lines = [];
  let asked = 0;
  http
    .createServer((request, response) => {
      const url = new URL(request.url, 'http://x');
      if (url.pathname === '/readyz') {
        asked += 1;
        const ready = mode !== 'unready' && asked > 2;
        response.writeHead(ready ? 200 : 503).end();
      } else if (url.pathname === '/api/v1/import') {
        const parts = [];
        request.on('data', (part) => parts.push(part));
        request.on('end', () => {
          const bytes = Buffer.concat(parts);
          lines.push(bytes);
          note(`import ${url.searchParams.get('name')} ${bytes.length}`);
          const read = bytes.toString().split('\n').length - 1;
          response.end(
            JSON.stringify({ bytes: bytes.length, read, stored: read, duplicate: 0, quarantined: 0, problems: [] }),
          );
        });
      } else if (mode === 'endless') {
        response.writeHead(200);
        const line = Buffer.from(`{"a":"${'x'.repeat(1000)}"}\n`.repeat(64));
        const more = () => {
          while (!response.destroyed && response.write(line));
        };
        response.on('drain', more);
        more();
      } else if (mode === 'hangs') {
        response.writeHead(200);
        response.write('{"a":1}\n');
      } else {
        response.end(Buffer.concat(lines));
      }
    })
    .listen(listen.slice('unix:'.length));
} else {
  if (existsSync('/dev/null')) console.log('serving');
  setInterval(() => {}, 1000);
}
