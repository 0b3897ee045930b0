// The client over TLS: trust by --ca-file, the sentence without it, and http spoken to where https was meant.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEndpoint } from './endpoint.ts';
import { openHttpClient } from './http-client.ts';

let directory = '';
let certificate = '';
let port = 0;
let stop: () => void = () => undefined;

beforeAll(async () => {
  directory = await mkdtemp('/tmp/kw-cli-');
  const key = join(directory, 'key.pem');
  const cert = join(directory, 'cert.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    {
      stdio: 'pipe',
    },
  );
  certificate = readFileSync(cert, 'utf8');
  const server = createServer({ key: readFileSync(key), cert: certificate }, (request, response) => {
    response.end(JSON.stringify({ path: request.url }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterAll(async () => {
  stop();
  await rm(directory, { recursive: true, force: true });
});

async function ask(server: string, authority: string | undefined): Promise<unknown> {
  const client = openHttpClient({ endpoint: parseEndpoint(server), token: undefined, authority });
  try {
    return await client.getJson({ path: '/version', signal: new AbortController().signal });
  } finally {
    client.close();
  }
}

test('a certificate of the authority that was named is trusted; a path before the API stays', async () => {
  expect(await ask(`https://127.0.0.1:${port}/witness/`, certificate)).toEqual({ path: '/witness/version' });
});

test('any other certificate is refused with the way out', async () => {
  await expect(ask(`https://127.0.0.1:${port}`, undefined)).rejects.toThrow(
    /certificate that is not trusted .* --ca-file FILE/,
  );
});

test('http where https is spoken, and the other way round', async () => {
  await expect(ask(`http://127.0.0.1:${port}`, undefined)).rejects.toThrow(/If it speaks TLS, write https:/);
  const plain = createPlainServer((_, response) => response.end('{}'));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const address = plain.address();
  const plainPort = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(ask(`https://127.0.0.1:${plainPort}`, undefined)).rejects.toThrow(/does not speak TLS. Write http:/);
  plain.close();
});

test.each([
  ['witness:8440', 'http://witness:8440'],
  ['https://witness/', 'https://witness'],
  ['[::1]:8440', 'http://[::1]:8440'],
])('%s is %s', (text, expected) => {
  expect(parseEndpoint(text)).toMatchObject({ kind: 'http', text: expected });
});
