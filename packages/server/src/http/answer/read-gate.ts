// Every read goes through here: engine ready, a free place, a line in the log of reads, an abort signal, and its figures at the end.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpContext } from '../context.ts';
import { findProblem, HttpProblem } from '../problems.ts';
import { printPeer, readQueryText } from '../request-facts.ts';

export type ReadKind =
  | 'records'
  | 'top'
  | 'stats'
  | 'tail'
  | 'export'
  | 'status'
  | 'sources'
  | 'quarantine'
  | 'policy'
  | 'logql'
  | 'labels'
  | 'sessions';

export interface ReadFigures {
  readonly rows: number;
  readonly bytes: number;
  readonly outcome: 'ok' | 'aborted' | 'failed';
  readonly code: string;
}

export interface ReadResult<T> extends ReadFigures {
  readonly value: T;
}

/** What a read that was answered whole tells about itself. */
export const answered = <T>(value: T, rows: number): ReadResult<T> => ({
  value,
  rows,
  bytes: 0,
  outcome: 'ok',
  code: '',
});

/** Answers about the store itself show no record, so they are not logged as reads of records. */
const UNLOGGED: readonly ReadKind[] = ['status', 'sources'];

export interface ReadGate {
  /** Runs one read. `work` gets the signal that aborts when the client goes or the grace period ends, and returns its figures with its value. */
  run<T>(
    kind: ReadKind,
    request: FastifyRequest,
    reply: FastifyReply,
    work: (signal: AbortSignal) => Promise<ReadResult<T>>,
    /** Which records are read, where the body says so and not the URL. */
    queryText?: string,
  ): Promise<T>;
}

const readEnd = ({ rows, bytes, outcome, code }: ReadFigures): ReadFigures => ({ rows, bytes, outcome, code });

export function createReadGate(context: HttpContext): ReadGate {
  const { config, metrics } = context;
  const running = { tails: 0, others: 0 };

  function enter(kind: ReadKind): () => void {
    const place = kind === 'tail' ? 'tails' : 'others';
    const most = kind === 'tail' ? config.tailMaxRunning : config.queryMaxRunning;
    if (running[place] >= most) {
      throw new HttpProblem(
        'KW_TOO_MANY_QUERIES',
        `${most} ${kind === 'tail' ? 'tails' : 'questions'} are running already; try again in a moment, or raise ${kind === 'tail' ? 'tail' : 'query'}-max-running.`,
        1,
      );
    }
    running[place]++;
    metrics.queriesRunning.inc({ kind });
    return () => {
      running[place]--;
      metrics.queriesRunning.dec({ kind });
    };
  }

  async function begin(kind: ReadKind, request: FastifyRequest, queryText: string | undefined) {
    if (UNLOGGED.includes(kind) || request.principal === null) return undefined;
    const begun = await context.auth.accessLog.begin({
      who: request.principal,
      from: printPeer(request.raw),
      route: request.routeOptions.url ?? '',
      query: queryText ?? readQueryText(request.raw),
      requestId: request.id,
    });
    if (begun.ok) return begun.value;
    throw Object.assign(new Error(begun.problem.detail), { ...begun.problem, retryAfterSeconds: 10 });
  }

  return {
    async run(kind, request, reply, work, queryText) {
      const engine = context.engineState();
      if (!engine.ready) {
        throw new HttpProblem(
          'KW_ENGINE_NOT_READY',
          `the engine is ${engine.detail}; ask again in ${engine.retryAfterSeconds} seconds. Records are taken in meanwhile.`,
          engine.retryAfterSeconds,
        );
      }
      const leave = enter(kind);
      const beganMs = context.clock();
      const client = new AbortController();
      const onClose = () => {
        if (!reply.raw.writableFinished) client.abort();
      };
      reply.raw.once('close', onClose);
      let figures: ReadFigures = { rows: 0, bytes: 0, outcome: 'failed', code: 'KW_INTERNAL' };
      const unrecorded = new AbortController();
      const recording = begin(kind, request, queryText);
      recording.catch(() => unrecorded.abort());
      request.recorded = recording;
      try {
        // Those that write by themselves; for all others the store is asked while the line is written.
        if (kind === 'tail' || kind === 'export') await recording;
        const signal = AbortSignal.any([client.signal, context.deadline, unrecorded.signal]);
        const [result] = await Promise.all([work(signal), recording]);
        figures = result;
        return result.value;
      } catch (error) {
        // A refusal to record says more than what its abort made of the work.
        await recording;
        const code = findProblem(error)?.problem.code ?? 'KW_INTERNAL';
        figures = { rows: 0, bytes: 0, outcome: client.signal.aborted ? 'aborted' : 'failed', code };
        throw error;
      } finally {
        // Nobody waits for the figures, and a failure to write them is told in the log.
        recording.then((entry) => entry?.end(readEnd(figures))).catch(() => undefined);
        metrics.querySeconds.observe({ kind, outcome: figures.outcome }, (context.clock() - beganMs) / 1000);
        metrics.queryRows.inc({ kind }, figures.rows);
        reply.raw.off('close', onClose);
        leave();
      }
    },
  };
}
