// TestServer: the real server program as a child process. Starts it, waits for it, talks to it, kills or stops it by its pid.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import { type Answer, ask, type Question, readObject } from './ask.ts';
import { SERVER_PROGRAM } from './program-paths.ts';
import { cleanEnv } from './run-program.ts';
// First of all for its hook: folders go after the servers in them.
import './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

export interface ServerOptions {
  readonly data: string;
  /** @default 127.0.0.1:0 */
  readonly listen?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** A command that runs the server, such as `prlimit --fsize=…`. */
  readonly under?: readonly string[];
  readonly token?: string;
  readonly authority?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const LISTENS_WITHIN_MS = 30_000;
const STOPS_WITHIN_MS = 30_000;
const KEPT_LOG_LINES = 3000;

/** Nothing outlives the test file, whatever happened in it. */
const alive = new Map<number, Promise<unknown>>();
afterAll(async () => {
  const left = [...alive];
  for (const [pid] of left) {
    const children = childrenOf(pid);
    killPid(pid);
    for (const child of children) killPid(child);
  }
  await Promise.all(left.map(([, ended]) => ended));
});

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

export class TestServer {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly log: string[] = [];
  /** `http://127.0.0.1:…` or `unix:/path`, as the server says it. */
  url = '';
  token: string | undefined;
  readonly #authority: string | undefined;
  readonly #child: ChildProcess;
  #hasEnded = false;

  private constructor(child: ChildProcess, pid: number, options: ServerOptions) {
    this.#child = child;
    this.pid = pid;
    this.token = options.token;
    this.#authority = options.authority;
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        alive.delete(pid);
        this.#hasEnded = true;
        resolve({ code, signal });
      });
    });
    alive.set(pid, this.ended);
    if (child.stderr === null) throw new Error('the server has no stderr');
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.log.push(line);
      if (this.log.length > KEPT_LOG_LINES) this.log.shift();
      const url = line.includes('"msg":"Listening on ') ? readObject(line).get('url') : undefined;
      if (typeof url === 'string') this.url = url;
    });
  }

  /** Resolves when it listens; the store may still be opening. */
  static async start(options: ServerOptions): Promise<TestServer> {
    const server = TestServer.launch(options);
    await server.listens();
    return server;
  }

  /** Does not wait at all. */
  static launch(options: ServerOptions): TestServer {
    const { data, listen = '127.0.0.1:0', args = [], under = [] } = options;
    const command = [...under, process.execPath, SERVER_PROGRAM, '--data', data, '--listen', listen, ...args];
    const child = spawn(command[0] ?? '', command.slice(1), {
      env: cleanEnv(options.env),
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    if (child.pid === undefined) throw new Error(`cannot start ${command[0]}`);
    return new TestServer(child, child.pid, options);
  }

  async listens(): Promise<void> {
    await waitUntil('the server to listen', () => this.url !== '' || this.#hasEnded, {
      withinMs: LISTENS_WITHIN_MS,
      explain: () => this.lastLog(),
    });
    if (this.url === '') throw new Error(`the server ended before it listened:\n${this.lastLog()}`);
  }

  ask(question: Question): Promise<Answer> {
    const authorization = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    const authority = this.#authority === undefined ? {} : { authority: this.#authority };
    return ask(this.url, { ...authority, ...question, headers: { ...authorization, ...question.headers } });
  }

  async getObject(path: string): Promise<ReadonlyMap<string, unknown>> {
    const { status, body } = await this.ask({ path });
    if (status !== 200) throw new Error(`${path} answered ${status}: ${body.toString('utf8').slice(0, 1000)}`);
    return readObject(body);
  }

  /** Until it answers questions. */
  async ready(withinMs = 60_000): Promise<void> {
    const isReady = async () => {
      if (this.#hasEnded) throw new Error(`the server ended:\n${this.lastLog()}`);
      return (await this.ask({ path: '/readyz', withinMs: 5000 }).catch(() => undefined))?.status === 200;
    };
    await waitUntil('the server to be ready', isReady, { withinMs, explain: () => this.lastLog() });
  }

  /** Until everything acknowledged is in the store. */
  async drained(withinMs = 180_000): Promise<void> {
    const isEmpty = async () => {
      const { status, body } = await this.ask({ path: '/api/v1/status', withinMs: 10_000 }).catch(() => ({
        status: 0,
        body: Buffer.alloc(0),
      }));
      if (status !== 200) return false;
      const spool: unknown = readObject(body).get('spool');
      return typeof spool === 'object' && spool !== null && 'segments' in spool && spool.segments === 0;
    };
    await waitUntil('the spool to be empty', isEmpty, { withinMs, everyMs: 50, explain: () => this.lastLog() });
  }

  /** The engine's process, looked up afresh: it changes when it is restarted. */
  enginePid(): number | undefined {
    try {
      return childrenOf(this.pid).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('engine'));
    } catch {
      return undefined;
    }
  }

  /** SIGKILL to the server alone; its engine has to notice by itself. */
  async kill(): Promise<void> {
    killPid(this.pid);
    await this.ended;
  }

  async stop(): Promise<Ended> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => killPid(this.pid), STOPS_WITHIN_MS);
    const ended = await this.ended;
    clearTimeout(timer);
    return ended;
  }

  lastLog(lines = 30): string {
    return this.log.slice(-lines).join('\n');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#hasEnded ? Promise.resolve() : this.stop().then(() => undefined);
  }
}
