// Whose entries a request is about: header, path and setting -> tenant, or Loki's refusal.
import type { IncomingMessage } from 'node:http';
import { OWN_TENANT } from '@kubewitness/core/event';
import type { Config } from '../../config/index.ts';
import { LokiRefusal } from './loki-refusal.ts';

const MAX_CHARS = 150;
const ALLOWED = /^[A-Za-z0-9!\-_.*'()]$/;

/** `inPath`: the gateway's paths carry the tenant themselves. */
export function readTenant(config: Config, request: IncomingMessage, inPath: string | undefined): string {
  if (config.lokiTenants === 'single') return OWN_TENANT;
  const header = request.headers['x-scope-orgid'];
  const tenant = inPath ?? (Array.isArray(header) ? (header[0] ?? '') : (header ?? ''));
  if (tenant === '') throw new LokiRefusal(401, 'no org id\n');
  if (tenant.length > MAX_CHARS) throw new LokiRefusal(400, `tenant ID is too long: max ${MAX_CHARS} characters`);
  const odd = [...tenant].find((character) => !ALLOWED.test(character));
  if (odd === '|') throw new LokiRefusal(400, 'multiple org IDs present');
  if (odd !== undefined) throw new LokiRefusal(400, `tenant ID '${tenant}' contains unsupported character '${odd}'`);
  if (tenant === '.' || tenant === '..') throw new LokiRefusal(400, "tenant ID is '.' or '..'");
  return tenant;
}
