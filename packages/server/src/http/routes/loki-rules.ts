// Rules and alerts as Loki's ruler lists them while nobody has written a rule: questions in, the empty lists that clients expect out.
import { type LokiScope, lokiPaths } from '../loki/loki-scope.ts';

export function addLokiRuleRoutes({ app }: LokiScope): void {
  const add = (path: string, summary: string, status: number, type: string, body: string) => {
    for (const url of lokiPaths(path)) {
      app.get(url, { config: { need: 'read' }, schema: { summary, tags: ['loki'] } }, async (_request, reply) =>
        reply.code(status).type(type).send(body),
      );
    }
  };
  const list = (data: object) => JSON.stringify({ status: 'success', data, errorType: '', error: '' });
  add('/loki/api/v1/rules', 'Rule groups', 404, 'text/plain; charset=utf-8', 'no rule groups found\n');
  add('/prometheus/api/v1/rules', 'Rule groups', 200, 'application/json', list({ groups: [] }));
  add('/prometheus/api/v1/alerts', 'Active alerts', 200, 'application/json', list({ alerts: [] }));
}
