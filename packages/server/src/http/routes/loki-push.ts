// Loki's push and OTLP logs: bodies in, entries in the store, 204 or Loki's sentence out. Good entries of a bad batch are kept.
import type { ParsedPush } from '@kubewitness/core/formats';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NO_STREAMS } from '../../loki/index.ts';
import { createBodyBudget } from '../body/body-budget.ts';
import { readBody } from '../body/read-body.ts';
import { readUnpackedBytes } from '../body/unpacked-bytes.ts';
import { LokiRefusal } from '../loki/loki-refusal.ts';
import { type LokiScope, lokiPaths, readParam } from '../loki/loki-scope.ts';
import { type PushBody, readOtlp, readPush } from '../loki/push-body.ts';
import { readTenant } from '../loki/tenant.ts';

const REMEDY = 'send smaller batches or raise push-max-bytes';

/** Text and entries take this many times the bytes they came from. */
const READ_FACTOR = 3;

type Decode = (body: PushBody, maxBytes: number) => Promise<ParsedPush>;

const header = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value.trim() : '';
};

export function addLokiPushRoutes(scope: LokiScope): void {
  const { app, context, source, admission, nowNanos } = scope;
  const { config, limits: times } = context;
  const budget = createBodyBudget(config.webhookMemoryBytes);
  // Reading a body takes about three times its size beside it.
  const maxBytes = Math.min(config.pushMaxBytes, Math.floor(config.webhookMemoryBytes / 4));

  async function take(request: FastifyRequest, tenant: string, decode: Decode): Promise<void> {
    const claim = budget.open();
    try {
      const bytes = await readBody(request.raw, { maxBytes, timeoutMs: times.bodyTimeoutMs, remedy: REMEDY }, claim);
      if (!claim.grow(READ_FACTOR * Math.max(bytes.length, readUnpackedBytes(bytes, maxBytes))))
        throw new LokiRefusal(429, 'too many bodies are being read at once; send this one again in a second\n', 1);
      const contentType = header(request, 'content-type');
      const contentEncoding = header(request, 'content-encoding').toLowerCase();
      const parsed = await decode({ contentType, contentEncoding, bytes }, maxBytes);
      if (!parsed.ok) throw new LokiRefusal(400, `${parsed.problem}\n`);
      if (parsed.streams.length === 0 && parsed.problems.length === 0) throw new LokiRefusal(422, `${NO_STREAMS}\n`);
      const { streams, problem } = admission.admit(tenant, parsed.streams, parsed.problems, nowNanos());
      if (streams.length > 0) {
        const appended = await source.append(tenant, streams, context.deadline);
        if (!appended.ok) {
          const { status, message } = appended.problem;
          throw new LokiRefusal(status, `${message}\n`, appended.retryAfterSeconds);
        }
      }
      if (problem !== '') throw new LokiRefusal(400, `${problem}\n`);
    } finally {
      claim.release();
    }
  }

  function addPush(path: string, summary: string, decode: Decode): void {
    for (const url of lokiPaths(path)) {
      const schema = { summary, tags: ['loki'], response: { 204: { description: 'Durable' } } };
      app.post(url, { config: { need: 'ingest' }, schema }, async (request: FastifyRequest, reply: FastifyReply) => {
        await take(request, readTenant(config, request.raw, readParam(request, 'tenant')), decode);
        return reply.code(204).send();
      });
    }
  }

  addPush('/loki/api/v1/push', 'Entries from a collector, as Loki takes them', readPush);
  for (const path of ['/otlp/v1/logs', '/v1/logs']) {
    addPush(path, 'Logs of OpenTelemetry', (body, most) => readOtlp(body, most, nowNanos()));
  }
}
