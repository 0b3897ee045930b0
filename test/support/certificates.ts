// Certificates for TLS tests, made with openssl: a folder in, an authority, a server's pair for 127.0.0.1 and a client's pair out.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificates {
  readonly authorityPath: string;
  readonly authority: string;
  readonly serverCertPath: string;
  readonly serverKeyPath: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

function openssl(folder: string, args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe', timeout: 20_000 });
}

function makeAuthority(folder: string): void {
  openssl(folder, ['req', '-x509', ...NEW_KEY, '-subj', '/CN=Test authority', '-keyout', 'ca.key', '-out', 'ca.crt']);
}

/** `name.crt` and `name.key`, signed by the folder's authority. */
export function signPair(folder: string, name: string, subject: string, extensions: string): void {
  writeFileSync(join(folder, `${name}.ext`), `${extensions}\n`);
  openssl(folder, ['req', ...NEW_KEY, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`]);
  const sign = [
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
  ];
  openssl(folder, [...sign, '-extfile', `${name}.ext`, '-out', `${name}.crt`]);
}

export const SERVER_EXTENSIONS = 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth';

export function makeCertificates(folder: string): Certificates {
  makeAuthority(folder);
  signPair(folder, 'server', '/CN=first', SERVER_EXTENSIONS);
  signPair(folder, 'client', '/CN=kube-apiserver-client', 'extendedKeyUsage=clientAuth');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    authorityPath: join(folder, 'ca.crt'),
    authority: read('ca.crt'),
    serverCertPath: join(folder, 'server.crt'),
    serverKeyPath: join(folder, 'server.key'),
    clientCert: read('client.crt'),
    clientKey: read('client.key'),
  };
}
