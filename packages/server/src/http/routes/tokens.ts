// Routes of tokens, for admins: list, create, revoke.
import { API, ROLES, suggest } from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { type AuthProblem, parseRole } from '../../auth/index.ts';
import type { HttpContext } from '../context.ts';
import { HttpProblem } from '../problems.ts';
import { jsonAnswer, REFUSALS, ref } from './route-docs.ts';

const BODY_BYTES = 16 * 1024;
const BODY_NAMES = ['role', 'name'];

function getOutcome<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: AuthProblem },
): T {
  if (outcome.ok) return outcome.value;
  throw Object.assign(new Error(outcome.problem.detail), outcome.problem);
}

function parseTokenRequest(body: unknown) {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpProblem('KW_BAD_BODY', 'the body is not a JSON object; send {"role": "read", "name": "grafana"}.');
  const unknown = Object.keys(body).find((name) => !BODY_NAMES.includes(name));
  if (unknown !== undefined)
    throw new HttpProblem(
      'KW_BAD_BODY',
      `${JSON.stringify(unknown)} is not a member of this body; ${suggest(unknown, BODY_NAMES)}`,
    );
  const roleText = String(Reflect.get(body, 'role') ?? '');
  const role = parseRole(roleText);
  if (role === undefined)
    throw new HttpProblem('KW_BAD_BODY', `role ${JSON.stringify(roleText)} is not known; ${suggest(roleText, ROLES)}`);
  const name: unknown = Reflect.get(body, 'name') ?? role;
  if (typeof name !== 'string')
    throw new HttpProblem('KW_BAD_BODY', 'name is not a text; send {"role": "read", "name": "grafana"}.');
  return { role, name };
}

export function addTokenRoutes(app: FastifyInstance, context: HttpContext): void {
  const { tokens } = context.auth;
  const config = { need: 'admin' } as const;
  const log = (what: string, id: string, by: string) => context.log.info({ token_id: id, by }, `token ${what}`);

  const listAnswer = {
    200: { description: 'Without their secrets', type: 'array', items: ref('TokenRow') },
    ...REFUSALS,
  };
  app.get(API.tokens, { config, schema: { summary: 'List tokens', response: listAnswer } }, async () => tokens.list());

  const createDocs = {
    summary: 'Create a token; its text is shown this once',
    body: {
      type: 'object',
      properties: { role: { type: 'string', enum: ROLES }, name: { type: 'string' } },
      required: ['role'],
    },
    response: jsonAnswer('CreatedToken', 'The token'),
  };
  app.post(API.tokens, { config, schema: createDocs, bodyLimit: BODY_BYTES }, async (request) => {
    const { role, name } = parseTokenRequest(request.body);
    const created = getOutcome(await tokens.create(role, name));
    log('created', created.id, request.principal?.name ?? '');
    return created;
  });

  const revokeDocs = {
    summary: 'Revoke a token',
    response: { 204: { description: 'It is not accepted any more' }, ...REFUSALS },
  };
  app.delete<{ Params: { id: string } }>(
    `${API.tokens}/:id`,
    { config, schema: revokeDocs },
    async (request, reply) => {
      getOutcome(await tokens.revoke(request.params.id));
      log('revoked', request.params.id, request.principal?.name ?? '');
      return reply.code(204).send();
    },
  );
}
