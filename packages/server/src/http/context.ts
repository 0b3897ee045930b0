// HttpContext: what every route of this server shares. Made once by createHttp, passed around, no module state.

import type { ExplainAnswer } from '@kubewitness/core/wire';
import type { Auth, Clock, Principal, Random } from '../auth/index.ts';
import type { Config } from '../config/index.ts';
import type { Answered, LokiSource } from '../loki/index.ts';
import type { Log, Metrics } from '../observe/index.ts';
import type { ExplainQuestion, Query } from '../query/index.ts';
import type { Check, EngineState, ImportPort, StatusPort, WebhookPort } from './ports.ts';

/** Times and sizes that protect the server; tests shorten them. */
export interface HttpLimits {
  readonly headersTimeoutMs: number;
  readonly keepAliveMs: number;
  /** A webhook body must be whole by then; the API server itself gives up after 30 s. */
  readonly bodyTimeoutMs: number;
  /** Longest silence inside an import body, and longest wait for a reader that takes nothing. */
  readonly idleMs: number;
  /** How often a waiting answer sends a sign of life. */
  readonly beatMs: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  /** Files of a support case are split above it. */
  readonly exportFileBytes: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headersTimeoutMs: 15_000,
  keepAliveMs: 75_000,
  bodyTimeoutMs: 60_000,
  idleMs: 60_000,
  beatMs: 10_000,
  maxHeaderBytes: 32 * 1024,
  maxConnections: 2000,
  exportFileBytes: 100 * 1024 * 1024,
};

export interface HttpOptions {
  readonly config: Config;
  readonly version: string;
  readonly query: Query;
  readonly webhook: WebhookPort;
  readonly imports: ImportPort;
  /** Answers Loki's API; without it the API is not there. */
  readonly loki?: LokiSource | undefined;
  /** What LogQL questions become; without it nobody is told. */
  readonly explain?: ((question: ExplainQuestion, signal: AbortSignal) => Promise<Answered<ExplainAnswer>>) | undefined;
  /** Asked before each read: writing goes on while the engine is away. */
  readonly engineState: () => EngineState;
  readonly status: StatusPort;
  readonly auth: Auth;
  readonly checks: readonly Check[];
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpContext extends Omit<HttpOptions, 'limits'> {
  readonly limits: HttpLimits;
  /** Aborts when the server begins to stop: live tails end, everything else goes on. */
  readonly stopping: AbortSignal;
  /** Aborts when the grace period is over: everything ends. */
  readonly deadline: AbortSignal;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Role a route asks for. A route without it is refused to everybody: forgetting must not open a door. */
    need?: import('../auth/index.ts').Need;
  }
  interface FastifyRequest {
    /** Set before any handler runs; null where the route needs nobody. */
    principal: Principal | null;
    /** Resolves once this read stands in the log of reads: no byte of an answer goes out before. */
    recorded: Promise<unknown> | null;
  }
}
