// The log of reads: who read which records. A start line is written before an answer's first byte, an end line with its rows.
import { printTime } from '@kubewitness/core/event';
import type { Log, Metrics } from '../observe/index.ts';
import { type AccessFile, type AccessFileOptions, openAccessFile } from './access-file.ts';
import { authProblem, done, fail, type Outcome, printCause } from './problems.ts';
import type { Principal } from './role.ts';
import type { Clock } from './tokens.ts';

export interface ReadFacts {
  readonly who: Principal;
  /** `127.0.0.1:53122` or `unix`. */
  readonly from: string;
  readonly route: string;
  /** The query string as sent; cut when very long. */
  readonly query: string;
  readonly requestId: string;
}

export interface ReadEnd {
  readonly rows: number;
  readonly bytes: number;
  readonly outcome: 'ok' | 'aborted' | 'failed';
  /** KW_… when it failed. */
  readonly code: string;
}

export interface AccessEntry {
  end(end: ReadEnd): Promise<void>;
}

export interface AccessLog {
  /**
   * Resolves once the start line is written. When it cannot be written the read must be refused: an audit trail that can be read
   * without a trace is worth less than one that cannot be read for an hour, and there is no setting to relax it.
   */
  begin(facts: ReadFacts): Promise<Outcome<AccessEntry>>;
  close(): Promise<void>;
}

export interface AccessLogOptions extends AccessFileOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

const SYNC_EVERY_MS = 1000;
const MAX_QUERY_CHARS = 8192;

export async function openAccessLog(options: AccessLogOptions): Promise<Outcome<AccessLog>> {
  let file: AccessFile;
  try {
    file = await openAccessFile(options);
  } catch (cause) {
    return fail(
      'KW_ACCESS_LOG',
      `${options.dir} cannot be made (${printCause(cause)}); reads are recorded there, so make the data directory writable.`,
    );
  }
  const writer = createLineWriter(file);
  const timer = setInterval(() => void writer.sync(), SYNC_EVERY_MS);
  timer.unref();
  let numbered = 0;

  function write(line: Readonly<Record<string, unknown>>, atMs: number): Promise<void> {
    const time = printTime(BigInt(atMs) * 1_000_000n);
    return writer.write(time.slice(0, 10), `${JSON.stringify({ time, ...line })}\n`);
  }

  function refuse(cause: unknown, what: string) {
    options.metrics.accessLogFailures.inc();
    const problem = authProblem(
      'KW_ACCESS_LOG',
      `the log of reads in ${options.dir} cannot be written (${printCause(cause)}), so nothing can be read; make room or correct its mode, then ask again.`,
    );
    options.log.error({ code: problem.code, what }, problem.detail);
    return { ok: false, problem } as const;
  }

  return done({
    async begin(facts) {
      const beganMs = options.clock();
      const id = `${facts.requestId}-${++numbered}`;
      const { kind, id: whoId, name, role } = facts.who;
      const who = { kind, id: whoId, name, role };
      const query = facts.query.slice(0, MAX_QUERY_CHARS);
      try {
        await write({ event: 'start', id, who, from: facts.from, route: facts.route, query }, beganMs);
      } catch (cause) {
        return refuse(cause, 'start');
      }
      return done({
        async end(end) {
          const atMs = options.clock();
          try {
            await write({ event: 'end', id, ...end, seconds: (atMs - beganMs) / 1000 }, atMs);
          } catch (cause) {
            // The answer is out already and its start is on record; only the figures are lost, and that shows in log and metric.
            refuse(cause, 'end');
          }
        },
      });
    },
    async close() {
      clearInterval(timer);
      await writer.close();
    },
  });
}

interface LineWriter {
  write(day: string, line: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** One write to the file at a time; lines that come meanwhile go out together in the next one. Bounded by the requests in flight. */
function createLineWriter(file: AccessFile): LineWriter {
  let waiting: { readonly day: string; text: string; readonly written: Promise<void> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let dirty = false;

  function enqueue<T>(job: () => Promise<T>): Promise<T> {
    const next = last.then(job);
    last = next.catch(() => undefined);
    return next;
  }

  return {
    write(day, line) {
      if (waiting?.day === day) {
        waiting.text += line;
        return waiting.written;
      }
      const group = { day, text: line, written: Promise.resolve() };
      group.written = enqueue(async () => {
        if (waiting === group) waiting = undefined;
        dirty = true;
        await file.append(day, group.text);
      });
      waiting = group;
      return group.written;
    },
    async sync() {
      if (!dirty) return;
      dirty = false;
      // A failing sync shows itself at the next write; here nobody could act on it.
      await enqueue(() => file.sync()).catch(() => undefined);
    },
    close: () => enqueue(() => file.close()),
  };
}
