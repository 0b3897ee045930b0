// The server as a whole: probes, refusals, roles, browsers, slow and wrong clients, TLS, unix sockets, stopping.
import { execFileSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLoki } from './loki/testing/open-loki.ts';
import { ask, problemOf } from './testing/ask.ts';
import { openServer } from './testing/open-server.ts';

test('probes print one line per check and fail when one fails', async () => {
  let engine: { ok: true } | { ok: false; reason: string } = { ok: true };
  const { url } = await openServer({
    options: {
      checks: [
        { name: 'spool', live: true, check: () => ({ ok: true }) },
        { name: 'engine', live: false, check: async () => engine },
      ],
    },
    roles: ['admin'],
  });
  expect(await ask(`${url}/readyz`)).toMatchObject({ status: 200, text: 'ok' });
  expect((await ask(`${url}/readyz?verbose`)).text).toBe(
    '[+]spool ok\n[+]engine ok\n[+]stopping ok\nreadyz check passed\n',
  );
  engine = { ok: false, reason: 'it is starting' };
  expect(await ask(`${url}/readyz`)).toMatchObject({
    status: 503,
    text: expect.stringContaining('[-]engine failed: it is starting\n'),
  });
  expect(await ask(`${url}/livez`)).toMatchObject({ status: 200 });
  expect(await ask(`${url}/healthz?verbose`)).toMatchObject({
    status: 200,
    text: '[+]spool ok\nhealthz check passed\n',
  });
});

test('version, metrics, front page and status', async () => {
  const status = {
    records: 5,
    finished: 4,
    quarantined: 0,
    days: 1,
    oldest: null,
    newest: null,
    rawBytes: 10,
    diskBytes: 2,
    compression: 0.2,
    retention: { maxAge: '', maxBytes: 0, droppedDays: 0, lastDropped: '' },
    brokenParts: 0,
  };
  const { url } = await openServer({ query: { status: async () => status, sources: async () => ({ sources: [] }) } });
  expect(JSON.parse((await ask(`${url}/version`)).text)).toEqual({ version: '0.0.0-test', node: process.version });
  expect((await ask(`${url}/metrics`)).text).toContain('kubewitness_build_info{version="0.0.0-test"} 1');
  expect((await ask(`${url}/`)).text).toContain(`curl '${url}/api/v1/records?`);
  expect(JSON.parse((await ask(`${url}/api/v1/status`)).text)).toMatchObject({
    records: 5,
    startedAt: '1970-01-01T00:00:00.000000Z',
    engine: { state: 'ready' },
    spool: { segments: 0 },
  });
  expect(JSON.parse((await ask(`${url}/api/v1/sources`)).text)).toEqual({ sources: [] });
});

test('unknown paths and methods are problems that point to the right one', async () => {
  const { url } = await openServer();
  const wrongPath = await ask(`${url}/api/v1/record`);
  expect([wrongPath.status, problemOf(wrongPath)]).toMatchObject([
    404,
    {
      code: 'KW_NOT_FOUND',
      detail: expect.stringMatching(
        /did you mean \/api\/v1\/records\? paths begin with .*; \/openapi\.json has all of them\.$/,
      ),
    },
  ]);
  // All paths would be a list that nobody reads.
  const far = await ask(`${url}/some/where/else`);
  expect(problemOf(far)).toMatchObject({
    detail: expect.stringMatching(
      /^there is nothing at "\/some\/where\/else"; paths begin with \/api\/v1\/, \/webhook\/v1\/; \/openapi\.json has all of them\.$/,
    ),
  });
  expect(far.text.length).toBeLessThan(500);
  const wrongMethod = await ask(`${url}/api/v1/records`, { method: 'DELETE' });
  expect([wrongMethod.status, wrongMethod.headers['allow'], problemOf(wrongMethod)]).toMatchObject([
    405,
    'GET',
    { code: 'KW_METHOD_NOT_ALLOWED' },
  ]);
  expect((await ask(`${url}/webhook/v1/a/b`)).headers['allow']).toBe('POST');
  expect((await ask(`${url}/api/v1/tokens`, { method: 'PUT', body: 'x' })).headers['allow']).toBe('GET, POST');
  expect((await ask(`${url}/webhook/v1`, { body: '{}' })).status).toBe(404);
});

test('each route asks for its role, whatever it does', async () => {
  const { url, tokens } = await openServer({ roles: ['ingest', 'read', 'admin'] });
  const [ingest = '', read = '', admin = ''] = tokens;
  const refused = async (path: string, token?: string, body?: string) => {
    const answer = await ask(url + path, {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
    });
    return [401, 403].includes(answer.status);
  };
  for (const path of ['records', 'top', 'stats', 'tail', 'export', 'status', 'sources', 'quarantine']
    .map((p) => `/api/v1/${p}`)
    .concat('/metrics')) {
    expect(
      [await refused(path), await refused(path, ingest), await refused(path, read), await refused(path, admin)],
      path,
    ).toEqual([true, true, false, false]);
  }
  for (const path of ['/api/v1/import', '/webhook/v1/c']) {
    expect(
      [
        await refused(path, undefined, '{}'),
        await refused(path, ingest, '{}'),
        await refused(path, read, '{}'),
        await refused(path, admin, '{}'),
      ],
      path,
    ).toEqual([true, false, true, false]);
  }
  for (const path of ['/api/v1/tokens']) {
    expect([
      await refused(path),
      await refused(path, ingest),
      await refused(path, read),
      await refused(path, admin),
    ]).toEqual([true, true, true, false]);
  }
  for (const path of ['/', '/livez', '/readyz', '/healthz', '/version', '/openapi.json', '/nowhere'])
    expect(await refused(path), path).toBe(false);
});

test('an admin makes, lists and revokes tokens; a wrong body says what is expected', async () => {
  const { url, tokens, logged } = await openServer({ roles: ['admin'] });
  const token = tokens[0] ?? '';
  const post = (body: string) =>
    ask(`${url}/api/v1/tokens`, { token, body, headers: { 'content-type': 'application/json' } });
  const made = JSON.parse((await post('{"role":"read","name":"grafana"}')).text);
  expect(made).toMatchObject({ role: 'read', name: 'grafana', token: expect.stringMatching(/^kw_/) });
  expect(logged.join('')).not.toContain(made.token.slice(12));
  const list = await ask(`${url}/api/v1/tokens`, { token });
  expect(JSON.parse(list.text)).toMatchObject([{ role: 'admin' }, { id: made.id, name: 'grafana', lastUsedAt: null }]);
  expect(list.text).not.toContain(made.token.slice(12));
  expect((await ask(`${url}/api/v1/tokens/${made.id}`, { token, method: 'DELETE' })).status).toBe(204);
  expect(await ask(`${url}/api/v1/tokens/${made.id}`, { token, method: 'DELETE' })).toMatchObject({
    status: 404,
    text: expect.stringContaining('KW_TOKEN_UNKNOWN'),
  });
  expect(await ask(`${url}/api/v1/stats`, { token: made.token })).toMatchObject({
    status: 401,
    text: expect.stringContaining('KW_TOKEN_WRONG'),
  });
  for (const [body, code, words] of [
    ['{"role":"raed"}', 'KW_BAD_BODY', 'did you mean read?'],
    ['{"rôle":"read"}', 'KW_BAD_BODY', 'did you mean role?'],
    ['[]', 'KW_BAD_BODY', 'not a JSON object'],
    ['{', 'KW_BAD_BODY', ''],
    ['{"role":"read","name":""}', 'KW_TOKEN_VALUE', ''],
    [`{"role":"read","name":"${'x'.repeat(20_000)}"}`, 'KW_BODY_TOO_LARGE', ''],
  ] as const) {
    expect(problemOf(await post(body)), body.slice(0, 30)).toMatchObject({
      code,
      detail: expect.stringContaining(words),
    });
  }
});

test('an open server refuses other names and other sites, and forgets both once a token is asked for', async () => {
  const open = await openServer({ query: { sources: async () => ({ sources: [] }) } });
  const at = `${open.url}/api/v1/sources`;
  expect((await ask(at)).status).toBe(200);
  expect(await ask(at, { headers: { host: 'evil.example' } })).toMatchObject({
    status: 403,
    text: expect.stringContaining('KW_HOST_HEADER'),
  });
  expect(await ask(at, { headers: { origin: 'https://evil.example' } })).toMatchObject({
    status: 403,
    text: expect.stringContaining('KW_CROSS_ORIGIN'),
  });
  const post = await ask(`${open.url}/api/v1/tokens`, {
    body: '{"role":"admin"}',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' },
  });
  expect(post.status).toBe(403);
  expect(await open.metrics.print()).toContain('kubewitness_auth_refused_total{code="KW_CROSS_ORIGIN"} 2');
});

async function speak(port: number, text: string, waitMs = 3000): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => {
    heard += data;
  });
  socket.on('error', () => {});
  socket.write(text);
  await new Promise((resolve) => {
    socket.once('close', resolve);
    setTimeout(resolve, waitMs);
  });
  socket.destroy();
  return heard;
}

test('bytes that are no HTTP, headers without end and headers that drip are answered and cut', async () => {
  const { address } = await openServer({ limits: { headersTimeoutMs: 300 } });
  const { port } = address as { port: number };
  expect(await speak(port, '\x16\x03\x01\x02\x00 client hello')).toMatch(/^HTTP\/1\.1 400 .*KW_BAD_REQUEST/s);
  expect(await speak(port, `GET / HTTP/1.1\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431 .*KW_HEADERS_TOO_LARGE/s,
  );
  const began = performance.now();
  expect(await speak(port, 'GET / HTTP/1.1\r\nHost: 127', 5000)).toMatch(/^HTTP\/1\.1 408 .*KW_REQUEST_TIMEOUT/s);
  expect(performance.now() - began).toBeLessThan(3000);
});

test('stopping: unready, no new questions, running answers end, the rest is cut at the deadline', async () => {
  let finish = () => {};
  const quick = () =>
    new Promise<{ sources: never[] }>((resolve) => {
      finish = () => resolve({ sources: [] });
    });
  const server = await openServer({
    query: {
      sources: quick,
      stats: (_filter, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    },
  });
  const running = ask(`${server.url}/api/v1/sources`);
  const stuck = ask(`${server.url}/api/v1/stats`);
  await expect.poll(() => server.metrics.print()).toContain('kubewitness_queries_running{kind="stats"} 1');
  const began = performance.now();
  const closed = server.close(400);
  finish();
  expect((await running).status).toBe(200);
  const cut = await stuck;
  expect([cut.status, problemOf(cut)]).toMatchObject([503, { code: 'KW_STOPPING' }]);
  await closed;
  expect(performance.now() - began).toBeLessThan(3000);
  await expect(ask(server.url)).rejects.toThrow('ECONNREFUSED');
});

test('stopping does not wait for clients that ask nothing', async () => {
  const server = await openServer({ query: { quarantine: async () => [] } });
  const { port } = server.address as { port: number };
  const silent = connect(port, '127.0.0.1');
  await new Promise((resolve) => silent.once('connect', resolve));
  expect(await (await fetch(`${server.url}/api/v1/quarantine`)).json()).toEqual([]);
  const began = performance.now();
  await server.close(20_000);
  expect(performance.now() - began).toBeLessThan(2000);
  silent.destroy();
});

test('a stream that outlives the grace period ends with a problem', async () => {
  const chunk = Buffer.from('{"a":1}\n');
  async function* slow() {
    for (;;) {
      yield chunk;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const server = await openServer({
    query: { records: async () => ({ chunks: slow(), rows: () => 1, nextCursor: () => undefined }) },
  });
  const asked = ask(`${server.url}/api/v1/records`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.close(200);
  expect(JSON.parse((await asked).trailers['kubewitness-problem'] ?? '')).toMatchObject({ code: 'KW_STOPPING' });
});

test('a taken port, a port of others and a directory that is not there are named', async () => {
  const first = await openServer();
  await expect(openServer({ config: { listen: first.address } })).rejects.toMatchObject({ code: 'KW_PORT_TAKEN' });
  await expect(
    openServer({
      config: {
        listen: { kind: 'tcp', host: '203.0.113.1', port: 1 },
        bootstrapToken: `kw_abcdefgh_${'a'.repeat(52)}`,
      },
    }),
  ).rejects.toMatchObject({ code: 'KW_LISTEN_FAILED' });
  await expect(
    openServer({ config: { listen: { kind: 'unix', path: '/nowhere/at/all.sock' } } }),
  ).rejects.toMatchObject({ code: 'KW_LISTEN_FAILED' });
});

test('a unix socket is private, replaces one left behind and refuses one in use', async () => {
  const home = await openServer();
  const path = join(home.dataDir, 'kw.sock');
  await writeFile(path, 'left behind');
  const listen = { kind: 'unix', path } as const;
  const server = await openServer({ config: { listen }, query: { quarantine: async () => [] } });
  expect(server.url).toBe(`unix:${path}`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await ask('http://localhost/api/v1/quarantine', { socketPath: path })).status).toBe(200);
  expect(await server.accessLines()).toMatchObject([{ from: 'unix', who: { kind: 'open' } }, {}]);
  await expect(openServer({ config: { listen } })).rejects.toMatchObject({ code: 'KW_PORT_TAKEN' });
});

test('over TLS a client certificate may send records, and nothing else without a token', async () => {
  const home = await openServer();
  const at = (name: string) => join(home.dataDir, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore', cwd: home.dataDir });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...ec, '-subj', '/CN=ca', '-keyout', 'ca.key', '-out', 'ca.crt');
  openssl('req', '-x509', ...ec, '-subj', '/CN=server', '-keyout', 'tls.key', '-out', 'tls.crt');
  openssl('req', '-x509', ...ec, '-subj', '/CN=stranger', '-keyout', 'stranger.key', '-out', 'stranger.crt');
  openssl('req', ...ec, '-subj', '/CN=apiserver-1', '-keyout', 'client.key', '-out', 'client.csr');
  openssl(
    'x509',
    '-req',
    '-in',
    'client.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-out',
    'client.crt',
  );
  const server = await openServer({
    roles: ['read'],
    config: { tlsCertPath: at('tls.crt'), tlsKeyPath: at('tls.key'), tlsClientCaPath: at('ca.crt') },
    query: { quarantine: async () => [] },
  });
  expect(server.url).toMatch(/^https:/);
  const pair = async (name: string) => ({
    cert: await readFile(at(`${name}.crt`)),
    key: await readFile(at(`${name}.key`)),
  });
  const client = await pair('client');
  expect((await ask(`${server.url}/webhook/v1/c`, { body: '{}', ...client })).status).toBe(200);
  expect(await ask(`${server.url}/api/v1/quarantine`, client)).toMatchObject({
    status: 403,
    text: expect.stringContaining('apiserver-1 has the role ingest'),
  });
  expect((await ask(`${server.url}/api/v1/quarantine`, { ...client, token: server.tokens[0] ?? '' })).status).toBe(200);
  expect((await ask(`${server.url}/webhook/v1/c`, { body: '{}', ...(await pair('stranger')) })).status).toBe(401);
  expect((await ask(`${server.url}/webhook/v1/c`, { body: '{}' })).status).toBe(401);
});

test('the API document is the committed one and has every route', async () => {
  // With Loki's API, as every real server has it.
  const { url, http } = await openLoki();
  const document = JSON.parse((await ask(`${url}/openapi.json`)).text);
  const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const parts: string[] = [];
  const routes: string[] = [];
  // Printed as a tree: each level is four characters deeper and a part of the path.
  for (const line of http.app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = '', methods = ''] = /^(.*?)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? [];
    parts.splice(indent.length / 4, Number.POSITIVE_INFINITY, part);
    const path = parts.join('').replace(/:(\w+)/g, '{$1}');
    for (const method of methods.split(', ').filter((word) => word !== '')) routes.push(`${method} ${path}`);
  }
  expect(routes.length).toBeGreaterThan(80);
  // The front page, which the console replaces, and the 404 of what begins like Loki's API.
  const wanted = routes.filter((route) => !route.endsWith('*') && route !== 'GET /');
  expect(described.sort()).toEqual(wanted.sort());
  document.info.version = '0';
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../snapshots/openapi.json');
});
