// Loki's routes that read nothing: format_query, buildinfo, limits for Drilldown, and /ready.
import { foldLiterals, formatLogql, parseLogql } from '@kubewitness/core/logql';
import { addRead, type LokiScope, lokiPaths } from '../loki/loki-scope.ts';

/** Clients switch features on by the version of Loki they think they talk to; this is the API that is answered here. */
const LOKI_VERSION = '3.6.0';

export function addLokiMetaRoutes(scope: LokiScope): void {
  const { app, context, limits } = scope;

  addRead(scope, '/loki/api/v1/format_query', 'A query, laid out', async ({ form, reply }) => {
    const parsed = parseLogql(form.first('query'));
    reply.type('application/json; charset=utf-8');
    if (!parsed.ok)
      return reply.code(400).send(JSON.stringify({ status: 'invalid-query', error: parsed.problem.message }));
    return reply.send(JSON.stringify({ status: 'success', data: formatLogql(foldLiterals(parsed.query)) }));
  });

  addRead(scope, '/loki/api/v1/drilldown-limits', 'Limits, for Drilldown', async () => ({
    limits: {
      discover_log_levels: false,
      discover_service_name: [],
      log_level_fields: [],
      max_entries_limit_per_query: limits.maxEntries,
      max_line_size_truncate: false,
      max_query_bytes_read: '0B',
      max_query_length: `${limits.maxQueryRangeMs / 3_600_000}h`,
      max_query_lookback: '0s',
      max_query_range: '0s',
      max_query_series: limits.maxSeries,
      metric_aggregation_enabled: false,
      otlp_config: {},
      pattern_persistence_enabled: false,
      query_timeout: `${context.config.queryMaxSeconds}s`,
      retention_period: '0s',
      volume_enabled: true,
      volume_max_series: 1000,
    },
    pattern_ingester_enabled: true,
    version: LOKI_VERSION,
  }));

  for (const url of lokiPaths('/loki/api/v1/status/buildinfo')) {
    app.get(url, { config: { need: 'any' }, schema: { summary: 'Version of the API', tags: ['loki'] } }, async () => ({
      version: LOKI_VERSION,
      revision: `kubewitness-${context.version}`,
      branch: 'kubewitness',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    }));
  }

  app.get(
    '/ready',
    { config: { need: 'none' }, schema: { summary: 'Probe, as Loki has it', tags: ['loki'] } },
    async (_request, reply) => {
      const engine = context.engineState();
      reply.type('text/plain; charset=utf-8');
      if (engine.ready && !context.stopping.aborted) return reply.send('ready\n');
      const why = engine.ready ? 'the server is stopping' : `the engine is ${engine.detail}`;
      return reply.code(503).send(`KubeWitness not ready: ${why}\n`);
    },
  );
}
