// TLS: certificate, key and client CA from files -> options of the server; read again when a file changes, connections stay.
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Config } from '../config/index.ts';
import type { Log, Metrics } from '../observe/index.ts';
import { done, fail, type Outcome, printCause } from './problems.ts';
import { type FileWatch, watchFiles } from './watch-files.ts';

export type TlsPaths = Pick<Config, 'tlsCertPath' | 'tlsKeyPath' | 'tlsClientCaPath'>;

async function readPem(path: string, noun: string): Promise<Outcome<Buffer>> {
  try {
    return done(await readFile(path));
  } catch (cause) {
    return fail(
      'KW_TLS_FILES',
      `the ${noun} ${path} cannot be read (${printCause(cause)}); correct the path or the mode of the file.`,
    );
  }
}

/** Whole and fitting together, or a problem; undefined when the settings want no TLS. */
export async function readTls(paths: TlsPaths): Promise<Outcome<SecureContextOptions | undefined>> {
  if (paths.tlsCertPath === '') return done(undefined);
  const cert = await readPem(paths.tlsCertPath, 'certificate');
  if (!cert.ok) return cert;
  const key = await readPem(paths.tlsKeyPath, 'private key');
  if (!key.ok) return key;
  const context: SecureContextOptions = { cert: cert.value, key: key.value, minVersion: 'TLSv1.2' };
  if (paths.tlsClientCaPath !== '') {
    const ca = await readPem(paths.tlsClientCaPath, 'client CA');
    if (!ca.ok) return ca;
    if (!ca.value.includes('-----BEGIN CERTIFICATE-----')) {
      return fail(
        'KW_TLS_FILES',
        `the client CA ${paths.tlsClientCaPath} holds no PEM certificate; give the CA's certificate.`,
      );
    }
    context.ca = ca.value;
  }
  try {
    createSecureContext(context);
  } catch (cause) {
    return fail(
      'KW_TLS_FILES',
      `${paths.tlsCertPath} and ${paths.tlsKeyPath} cannot be used together (${printCause(cause)}); give a PEM certificate chain and its own key.`,
    );
  }
  return done(context);
}

export interface TlsWatchOptions {
  readonly paths: TlsPaths;
  /** Such as `server.setSecureContext`: new connections get it, those that exist go on. */
  readonly apply: (context: SecureContextOptions) => void;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pollMs?: number;
}

/** A pair that does not fit yet (one file of two was replaced) changes nothing; the next change is tried again. */
export async function watchTls(options: TlsWatchOptions): Promise<FileWatch> {
  const { tlsCertPath, tlsKeyPath, tlsClientCaPath } = options.paths;
  const paths = [tlsCertPath, tlsKeyPath, tlsClientCaPath].filter((path) => path !== '');
  return watchFiles(paths, options.pollMs ?? 2000, async () => {
    const read = await readTls(options.paths);
    options.metrics.tlsReloads.inc({ outcome: read.ok ? 'ok' : 'failed' });
    if (!read.ok) {
      options.log.error({ code: read.problem.code }, `${read.problem.detail} The old certificate stays in use.`);
      return;
    }
    if (read.value !== undefined) options.apply(read.value);
    options.log.info({ certificate: tlsCertPath }, 'certificate read again');
  });
}
