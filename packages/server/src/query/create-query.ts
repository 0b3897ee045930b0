// Joins the questions to a store: database and limits in, Query out.

import type { Log } from '../observe/index.ts';
import type { Database, SqlSettings } from '../store/index.ts';
import { findBadRegexp, findBadSessionRegexp } from './find-bad-regexp.ts';
import type { Query } from './query.ts';
import { type QueryProblem, readQueryProblem } from './query-problem.ts';
import { runStats, runTop } from './run/run-counts.ts';
import { runExport } from './run/run-export.ts';
import { runRecords } from './run/run-records.ts';
import { runQuarantine, runSources, runStatus } from './run/run-status.ts';
import { type Landings, runTail } from './run/run-tail.ts';
import { runSessionStory } from './sessions/run-session-story.ts';
import { runSessionTail } from './sessions/run-session-tail.ts';
import { runSessions } from './sessions/run-sessions.ts';
import { runWhoCan } from './sessions/run-who-can.ts';
import { oldestDay, StoreFactsReader } from './store-facts.ts';

export interface QueryOptions {
  readonly database: Database;
  readonly log: Log;
  readonly landings: Landings;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  readonly maxSeconds: number;
  readonly maxMemoryBytes: number;
  readonly retention: () => { maxAge: string; maxBytes: number; droppedDays: number; lastDropped: string };
}

export function createQuery(options: QueryOptions): Query {
  const { database, landings } = options;
  const reader = new StoreFactsReader(database, () => landings.newest());
  const facts = () => reader.get();
  const tell = (error: unknown): QueryProblem => {
    const problem = readQueryProblem(error);
    if (problem.code === 'KW_QUERY_FAILED') options.log.error({ err: problem.cause }, problem.message);
    return problem;
  };
  const asProblem = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw tell(error);
    }
  };
  async function* chunksAsProblem<T>(chunks: AsyncIterable<T>): AsyncGenerator<T, void, void> {
    try {
      yield* chunks;
    } catch (error) {
      throw tell(error);
    }
  }
  const limits: SqlSettings = { max_execution_time: options.maxSeconds, max_memory_usage: options.maxMemoryBytes };
  // An export reads everything once and takes as long as its reader.
  const patient: SqlSettings = { ...limits, max_execution_time: 0 };
  return {
    async records(request, signal) {
      await findBadRegexp(request.filter);
      const options = { cursor: request.cursor, limits: request.limit === 0 ? patient : limits, signal };
      const stream = await asProblem(facts().then((known) => runRecords(database, request, known, options)));
      return {
        chunks: chunksAsProblem(stream.chunks),
        rows: () => stream.rows(),
        nextCursor: () => stream.nextCursor(),
      };
    },
    async top(request, signal) {
      await findBadRegexp(request.filter);
      return asProblem(facts().then((known) => runTop(database, request, known, limits, signal)));
    },
    async stats(filter, signal) {
      await findBadRegexp(filter);
      return asProblem(facts().then((known) => runStats(database, filter, known, limits, signal)));
    },
    async *tail(request, signal) {
      await findBadRegexp(request.filter);
      yield* chunksAsProblem(runTail(request, { database, landings, facts, limits }, signal));
    },
    async sessions(request, signal) {
      await findBadSessionRegexp(request.filter);
      const reading = { database, limits, signal, nowNanos: options.clock() };
      return asProblem(facts().then((known) => runSessions(request, { ...reading, oldestDay: oldestDay(known) })));
    },
    sessionStory: (id, signal) =>
      asProblem(runSessionStory(id, { database, limits, signal, nowNanos: options.clock() })),
    whoCan: (request, signal) => asProblem(runWhoCan(request, { database, limits, signal, nowNanos: options.clock() })),
    async *sessionTail(filter, signal) {
      await findBadSessionRegexp(filter);
      yield* chunksAsProblem(runSessionTail(filter, { database, landings, limits, signal, clock: options.clock }));
    },
    async *export(filter, signal) {
      await findBadRegexp(filter);
      yield* chunksAsProblem(runExport(database, filter, await asProblem(facts()), patient, signal));
    },
    async status(signal) {
      return { ...(await asProblem(runStatus(database, signal))), retention: options.retention() };
    },
    sources: (signal) => asProblem(runSources(database, signal)),
    quarantine: (limit, signal) => asProblem(runQuarantine(database, limit, signal)),
  };
}
