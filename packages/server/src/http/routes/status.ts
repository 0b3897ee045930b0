// Routes about the store itself: status and sources.
import { printTime } from '@kubewitness/core/event';
import { API, type StatusAnswer } from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { answered, type ReadGate } from '../answer/read-gate.ts';
import type { HttpContext } from '../context.ts';
import { jsonAnswer } from './route-docs.ts';

export function addStatusRoutes(app: FastifyInstance, context: HttpContext, gate: ReadGate): void {
  const config = { need: 'read' } as const;

  app.get(
    API.status,
    {
      config,
      schema: { summary: 'State of server, engine and store', response: jsonAnswer('StatusAnswer', 'Figures') },
    },
    (request, reply) =>
      gate.run('status', request, reply, async (signal) => {
        const stored = await context.query.status(signal);
        const answer: StatusAnswer = {
          version: context.version,
          startedAt: printTime(BigInt(context.status.startedAtMs) * 1_000_000n),
          engine: context.status.engine(),
          spool: context.status.spool(),
          ...stored,
        };
        return answered(answer, 1);
      }),
  );

  app.get(
    API.sources,
    {
      config,
      schema: { summary: 'Where records come from', response: jsonAnswer('SourcesAnswer', 'One row per source') },
    },
    (request, reply) =>
      gate.run('sources', request, reply, async (signal) => {
        const answer = await context.query.sources(signal);
        return answered(answer, answer.sources.length);
      }),
  );
}
