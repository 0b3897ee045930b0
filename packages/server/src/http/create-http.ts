// The HTTP server: options -> something that listens and closes. Routes are added in the order a reader meets them in the API.
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import swagger from '@fastify/swagger';
import {
  CreatedToken,
  ExplainAnswer,
  ImportSummary,
  PolicyAdvice,
  PolicyAdviseBody,
  PolicyBody,
  PolicyChanges,
  PolicyCheck,
  PolicyCheckBody,
  PolicyConversion,
  PolicyConvertBody,
  PolicyDecisions,
  PolicyDiffBody,
  PolicyEvalBody,
  PolicyExplainBody,
  PolicyExplanation,
  PolicyFindings,
  PolicyProfile,
  PolicyProfileBody,
  PolicyRequestRow,
  PolicySimulateBody,
  PolicySimulation,
  Problem,
  QuarantineRow,
  RecordRow,
  SessionRow,
  SessionStory,
  SessionsAnswer,
  SourcesAnswer,
  StatsAnswer,
  StatusAnswer,
  TokenRow,
  TopAnswer,
  WhoCanAnswer,
} from '@kubewitness/core/schemas';
import { type FastifyInstance, fastify, type RawServerDefault } from 'fastify';
import { watchTls } from '../auth/index.ts';
import { createReadGate } from './answer/read-gate.ts';
import { trackConnections } from './connections.ts';
import { HTTP_LIMITS, type HttpContext, type HttpLimits, type HttpOptions } from './context.ts';
import { addIdentification } from './identify.ts';
import type { KnownRoute } from './known-routes.ts';
import { type Bound, openListener } from './listen.ts';
import { addLokiApi } from './loki/add-loki-api.ts';
import { routeUpgrades } from './loki/route-upgrades.ts';
import { addRefusals, refuseConnection } from './refusals.ts';
import { addExplainRoute } from './routes/explain.ts';
import { addExportRoute } from './routes/export.ts';
import { addImportRoute } from './routes/import.ts';
import { addPolicyRecordRoutes } from './routes/policy-records.ts';
import { addPolicyTextRoutes } from './routes/policy-text.ts';
import { addProbeRoutes } from './routes/probes.ts';
import { addRecordRoutes } from './routes/records.ts';
import { addSessionRoutes } from './routes/sessions.ts';
import { addStatusRoutes } from './routes/status.ts';
import { addTokenRoutes } from './routes/tokens.ts';
import { addWebhookRoutes } from './routes/webhook.ts';

export interface HttpServer {
  /** The Fastify instance, for `inject` in tests and for routes of other rooms before `listen`. */
  readonly app: FastifyInstance;
  /** Rejects with a problem (KW_PORT_TAKEN, KW_LISTEN_FAILED). */
  listen(): Promise<Bound>;
  /** Ends tails at once, lets other answers end within the grace period, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

const SHARED_SCHEMAS = [
  RecordRow,
  TopAnswer,
  StatsAnswer,
  SourcesAnswer,
  StatusAnswer,
  ImportSummary,
  QuarantineRow,
  TokenRow,
  CreatedToken,
  ExplainAnswer,
  SessionRow,
  SessionsAnswer,
  SessionStory,
  WhoCanAnswer,
  PolicyRequestRow,
  PolicyBody,
  PolicyExplainBody,
  PolicyEvalBody,
  PolicySimulateBody,
  PolicyDiffBody,
  PolicyAdviseBody,
  PolicyCheckBody,
  PolicyProfileBody,
  PolicyConvertBody,
  PolicyExplanation,
  PolicyFindings,
  PolicyDecisions,
  PolicySimulation,
  PolicyChanges,
  PolicyAdvice,
  PolicyCheck,
  PolicyProfile,
  PolicyConversion,
  Problem,
];
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

type Handler = Parameters<typeof createPlainServer>[1];

function createServer(options: HttpOptions, limits: HttpLimits, handler: Handler): Server {
  const { tls } = options.auth;
  const common = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs),
    // An import may take hours; each route bounds its own body.
    requestTimeout: 0,
  };
  // Without a client CA no certificate is asked for; with one, those who have none may still bring a token.
  const mutual = tls?.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
  const server =
    tls === undefined
      ? createPlainServer(common, handler)
      : createTlsServer({ ...tls, ...mutual, ...common, handshakeTimeout: limits.headersTimeoutMs }, handler);
  server.maxConnections = limits.maxConnections;
  server.on('clientError', refuseConnection);
  return server;
}

function buildApp(options: HttpOptions, server: (handler: Handler) => Server): FastifyInstance {
  const app = fastify({
    logger: false,
    serverFactory: (handler) => server(handler) as RawServerDefault,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given)
        ? given
        : Buffer.from(options.random(9)).toString('base64url');
    },
    // Ours is set on the server itself, for TLS too.
    clientErrorHandler: () => {},
  });
  // core/wire parses requests and the answers are made by our own rooms: schemas document, they neither check nor drop anything.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  return app;
}

export async function createHttp(options: HttpOptions): Promise<HttpServer> {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const stopping = new AbortController();
  const deadline = new AbortController();
  const context: HttpContext = { ...options, limits, stopping: stopping.signal, deadline: deadline.signal };

  let server: Server | undefined;
  const app = buildApp(options, (handler) => {
    server = createServer(options, limits, handler);
    return server;
  });
  if (server === undefined) throw new Error('Fastify made no server');
  const ours: Server = server;

  const connections = trackConnections(ours, options.auth.tls !== undefined);
  routeUpgrades(ours, app, options.auth.tls !== undefined);

  const routes: KnownRoute[] = [];
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) routes.push({ method, url: route.url });
  });
  for (const schema of SHARED_SCHEMAS) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'KubeWitness',
        version: options.version,
        description: 'The audit trail of Kubernetes and OpenShift clusters.',
        license: { name: 'Apache-2.0' },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    refResolver: { buildLocalReference: (json) => String(json['$id']) },
  });
  addIdentification(app, context);
  addRefusals(app, context, routes);
  const gate = createReadGate(context);
  addRecordRoutes(app, context, gate);
  addSessionRoutes(app, context, gate);
  addExplainRoute(app, context, gate);
  addExportRoute(app, context, gate);
  addStatusRoutes(app, context, gate);
  addImportRoute(app, context);
  addWebhookRoutes(app, context);
  addTokenRoutes(app, context);
  addPolicyTextRoutes(app);
  addPolicyRecordRoutes(app, context, gate);
  addProbeRoutes(app, context);
  addLokiApi(app, context, gate, routes);
  await app.ready();

  let watch: { stop(): Promise<void> } | undefined;
  let closing: Promise<void> | undefined;

  async function close(graceMs: number): Promise<void> {
    stopping.abort();
    await watch?.stop();
    const closed = new Promise<void>((resolve) => {
      ours.close(() => resolve());
    });
    const grace = setTimeout(() => {
      deadline.abort();
      // Time enough to tell the clients; then the sockets go.
      setTimeout(() => ours.closeAllConnections(), Math.min(500, graceMs)).unref();
    }, graceMs);
    connections.drain();
    await closed;
    clearTimeout(grace);
    deadline.abort();
    await app.close();
  }

  return {
    app,
    async listen() {
      const { config, auth, log, metrics } = options;
      const bound = await openListener(ours, config.listen, auth.tls !== undefined);
      if ('setSecureContext' in ours && typeof ours.setSecureContext === 'function') {
        const apply = ours.setSecureContext.bind(ours);
        watch = await watchTls({ paths: config, apply, log, metrics });
      }
      return bound;
    },
    close(graceMs) {
      closing ??= close(graceMs);
      return closing;
    },
  };
}
