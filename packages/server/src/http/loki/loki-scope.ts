// What all routes of Loki's API share: source, limits, admission; paths with and without the gateway's prefix; parameters and tenant of a request.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LokiLimits, LokiSource, PushAdmission } from '../../loki/index.ts';
import type { ReadGate } from '../answer/read-gate.ts';
import type { HttpContext } from '../context.ts';
import { readQueryText } from '../request-facts.ts';
import { type LokiForm, readForm } from './loki-form.ts';
import { readTenant } from './tenant.ts';

export interface LokiScope {
  readonly app: FastifyInstance;
  readonly context: HttpContext;
  readonly gate: ReadGate;
  readonly source: LokiSource;
  readonly limits: LokiLimits;
  readonly admission: PushAdmission;
  readonly nowNanos: () => bigint;
}

export interface LokiRequest {
  readonly form: LokiForm;
  readonly tenant: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** LokiStack's gateway puts the tenant into the path, and OpenShift's console calls it so. */
const PREFIXES = ['', '/api/logs/v1/:tenant'] as const;

export const lokiPaths = (path: string): readonly string[] => PREFIXES.map((prefix) => prefix + path);

export function readParam(request: FastifyRequest, name: string): string | undefined {
  const value: unknown = Reflect.get(Object(request.params), name);
  return typeof value === 'string' ? value : undefined;
}

export function readLokiRequest(scope: LokiScope, request: FastifyRequest, reply: FastifyReply): LokiRequest {
  const tenant = readTenant(scope.context.config, request.raw, readParam(request, 'tenant'));
  const body = typeof request.body === 'string' ? request.body : '';
  return { form: readForm(readQueryText(request.raw), body), tenant, request, reply };
}

/** A reading endpoint: GET and form POST, under every prefix. What the handler gives is sent, unless it sent something itself. */
export function addRead(
  scope: LokiScope,
  path: string,
  summary: string,
  handler: (asked: LokiRequest) => Promise<unknown>,
): void {
  for (const url of lokiPaths(path)) {
    scope.app.route({
      method: ['GET', 'POST'],
      url,
      config: { need: 'read' },
      schema: { summary, tags: ['loki'] },
      handler: (request, reply) => handler(readLokiRequest(scope, request, reply)),
    });
  }
}

/** Grafana always asks for it: labels by where they came from. */
export const wantsCategories = ({ request }: LokiRequest): boolean =>
  String(request.headers['x-loki-response-encoding-flags'] ?? '')
    .split(',')
    .some((flag) => flag.trim() === 'categorize-labels');
