// Routes for machines that watch: livez, readyz, healthz, metrics, version, openapi.json; and the front page until the console is there.
import { API } from '@kubewitness/core/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { HttpContext } from '../context.ts';
import type { Check, CheckOutcome } from '../ports.ts';
import { readParams } from '../request-facts.ts';

const CHECK_MS = 5000;

async function runCheck(check: Check): Promise<CheckOutcome> {
  const signal = AbortSignal.timeout(CHECK_MS);
  const late = new Promise<CheckOutcome>((resolve) => {
    signal.addEventListener('abort', () => resolve({ ok: false, reason: `no answer within ${CHECK_MS / 1000} s` }), {
      once: true,
    });
  });
  try {
    return await Promise.race([Promise.resolve(check.check(signal)), late]);
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** As the API server prints it: `[+]engine ok`, one line per check, when verbose or when something fails. */
async function answerChecks(reply: FastifyReply, name: string, checks: readonly Check[], verbose: boolean) {
  const outcomes = await Promise.all(checks.map(async (c) => ({ name: c.name, outcome: await runCheck(c) })));
  const passed = outcomes.every((o) => o.outcome.ok);
  const lines = outcomes.map((o) => (o.outcome.ok ? `[+]${o.name} ok` : `[-]${o.name} failed: ${o.outcome.reason}`));
  reply
    .code(passed ? 200 : 503)
    .type('text/plain; charset=utf-8')
    .header('cache-control', 'no-store');
  if (passed && !verbose) return 'ok';
  return `${lines.join('\n')}\n${name} check ${passed ? 'passed' : 'failed'}\n`;
}

export function addProbeRoutes(app: FastifyInstance, context: HttpContext): void {
  const open = { need: 'none' } as const;
  const text = { 200: { description: 'ok', content: { 'text/plain': { schema: { type: 'string' } } } } };
  const stopping: Check = {
    name: 'stopping',
    live: false,
    check: () => (context.stopping.aborted ? { ok: false, reason: 'the server is stopping' } : { ok: true }),
  };
  const live = context.checks.filter((check) => check.live);
  const ready = [...context.checks, stopping];

  for (const [path, checks] of [
    ['livez', live],
    ['readyz', ready],
    ['healthz', live],
  ] as const) {
    app.get(`/${path}`, { config: open, schema: { summary: `Probe: ${path}`, response: text } }, (request, reply) =>
      answerChecks(reply, path, checks, readParams(request.raw).has('verbose')),
    );
  }

  app.get(
    '/metrics',
    { config: { need: 'read' }, schema: { summary: 'Metrics for Prometheus', response: text } },
    async (_request, reply) => reply.type(context.metrics.contentType).send(await context.metrics.print()),
  );

  const versionDocs = {
    200: {
      description: 'Version',
      type: 'object',
      properties: { version: { type: 'string' }, node: { type: 'string' } },
    },
  };
  app.get(
    API.version,
    { config: open, schema: { summary: 'Version of the server', response: versionDocs } },
    async () => ({
      version: context.version,
      node: process.version,
    }),
  );

  app.get('/openapi.json', { config: open, schema: { summary: 'This document' } }, async () => app.swagger());

  app.get('/', { config: open, schema: { hide: true } }, async (request, reply) => {
    const at = `${request.protocol}://${request.headers.host ?? '127.0.0.1:8440'}`;
    return reply
      .type('text/plain; charset=utf-8')
      .send(`KubeWitness ${context.version}: the audit trail of Kubernetes and OpenShift clusters.

Try:
  kubewitness search --since 24h --code 403
  kubewitness top --by user --since 24h
  curl '${at}${API.records}?resource=pods/exec&limit=10'

${at}/openapi.json describes the API, ${at}/readyz?verbose tells how the server is.
`);
  });
}
