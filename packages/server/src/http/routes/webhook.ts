// Route of the API servers: POST /webhook/v1/{cluster}[/{host}]. A body in, an acknowledgement only after it is durable.
import { API } from '@kubewitness/core/wire';
import type { WebhookAnswer } from '@kubewitness/intake/collect';
import type { Admission } from '@kubewitness/intake/ingest';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BodyClaim, createBodyBudget } from '../body/body-budget.ts';
import { readBody } from '../body/read-body.ts';
import { readUnpackedBytes } from '../body/unpacked-bytes.ts';
import type { HttpContext } from '../context.ts';
import type { WebhookSender } from '../ports.ts';
import { HttpProblem, splitCode } from '../problems.ts';
import { REFUSALS } from './route-docs.ts';

/** A DNS name, or what people use as one; it becomes a source name, a label and a path in exports. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;
const ENCODINGS = ['', 'identity', 'gzip', 'x-gzip'];

interface WebhookParams {
  readonly cluster: string;
  readonly host?: string;
}

function parseSender(params: WebhookParams): WebhookSender {
  for (const name of [params.cluster, params.host ?? '']) {
    if (name !== '' && !NAME.test(name)) {
      throw new HttpProblem(
        'KW_BAD_REQUEST',
        `${JSON.stringify(name.slice(0, 100))} is not a name; the path is ${API.webhook}/CLUSTER/HOST with letters, digits, dots and dashes.`,
      );
    }
  }
  return { cluster: params.cluster, host: params.host ?? '' };
}

/** Sizes a sender can mend by smaller batches; other malformed bodies it cannot. */
const TOO_BIG = 'KW_WEBHOOK_BODY_TOO_BIG';

function throwUnlessOk(answer: WebhookAnswer | Admission): void {
  if (answer.ok) return;
  if (answer.reason === 'malformed') {
    const { code, detail } = splitCode(answer.problem, 'KW_WEBHOOK_MALFORMED');
    throw Object.assign(new HttpProblem(code === TOO_BIG ? 'KW_BODY_TOO_LARGE' : 'KW_WEBHOOK_MALFORMED', detail), {
      code,
    });
  }
  const { code, detail } = splitCode(answer.problem, 'KW_INTAKE_BUSY');
  throw Object.assign(new HttpProblem('KW_INTAKE_BUSY', detail, answer.retryAfterSeconds), { code });
}

async function receive(
  context: HttpContext,
  request: FastifyRequest,
  sender: WebhookSender,
  claim: BodyClaim,
): Promise<void> {
  const { webhook, config, limits } = context;
  const encoding = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (!ENCODINGS.includes(encoding)) {
    throw new HttpProblem(
      'KW_ENCODING',
      `content-encoding ${JSON.stringify(encoding)} is not known; send the body plain or as gzip.`,
    );
  }
  throwUnlessOk(webhook.admit());
  const maxBytes = config.webhookMaxBytes;
  const body = await readBody(request.raw, { maxBytes, timeoutMs: limits.bodyTimeoutMs }, claim);
  if (!claim.grow(readUnpackedBytes(body, maxBytes))) {
    throw new HttpProblem(
      'KW_INTAKE_BUSY',
      'too many bodies are being unpacked at once; send this one again in a second.',
      1,
    );
  }
  throwUnlessOk(await webhook.take(body, sender));
}

export function addWebhookRoutes(app: FastifyInstance, context: HttpContext): void {
  const { metrics, config } = context;
  const budget = createBodyBudget(config.webhookMemoryBytes);
  metrics.onScrape(() => metrics.webhookBodyBytes.set(budget.heldBytes()));

  const schema = {
    summary: 'Audit events from an API server (--audit-webhook-config-file)',
    description:
      'An EventList or a single Event of audit.k8s.io, plain or gzip. 200 means durable. 429 and 503 carry Retry-After.',
    response: { 200: { description: 'Durable' }, ...REFUSALS },
  };

  // Fastify would parse the body; in this scope it stays a stream.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const handler = async (request: FastifyRequest<{ Params: WebhookParams }>, reply: FastifyReply) => {
      const beganMs = performance.now();
      const claim = budget.open();
      let code = '200';
      try {
        await receive(context, request, parseSender(request.params), claim);
        metrics.webhookAckSeconds.observe((performance.now() - beganMs) / 1000);
      } catch (error) {
        code = error instanceof HttpProblem ? String(error.status) : '500';
        if (code === '413') metrics.droppedLines.inc({ reason: 'body-too-large' });
        throw error;
      } finally {
        claim.release();
        metrics.webhookRequests.inc({ code });
      }
      return reply.code(200).send();
    };
    scope.post(`${API.webhook}/:cluster`, { config: { need: 'ingest' }, schema }, handler);
    scope.post(`${API.webhook}/:cluster/:host`, { config: { need: 'ingest' }, schema }, handler);
  });
}
