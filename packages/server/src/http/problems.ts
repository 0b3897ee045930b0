// The error codes of the HTTP API: code -> status and title; errors of any room -> RFC 9457 Problem. Never a stack goes out.
import type { Parsed, Problem } from '@kubewitness/core/wire';

export const HTTP_CODES = {
  KW_BAD_REQUEST: { status: 400, title: 'The request cannot be understood' },
  KW_BAD_BODY: { status: 400, title: 'The body cannot be understood' },
  KW_WEBHOOK_MALFORMED: { status: 400, title: 'The body holds no audit events' },
  KW_NOT_FOUND: { status: 404, title: 'There is nothing at this path' },
  KW_METHOD_NOT_ALLOWED: { status: 405, title: 'The path has no such method' },
  KW_REQUEST_TIMEOUT: { status: 408, title: 'The request came too slowly' },
  KW_BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  KW_ENCODING: { status: 415, title: 'The content encoding is not known' },
  KW_INTAKE_BUSY: { status: 429, title: 'Records come faster than they can be kept' },
  KW_TOO_MANY_QUERIES: { status: 429, title: 'Too many questions at the same time' },
  KW_HEADERS_TOO_LARGE: { status: 431, title: 'The request line or its headers are too large' },
  KW_INTERNAL: { status: 500, title: 'The server made a mistake' },
  KW_ENGINE_NOT_READY: { status: 503, title: 'The store cannot answer yet' },
  KW_STOPPING: { status: 503, title: 'The server is stopping' },
  KW_SLOW_READER: { status: 500, title: 'The answer was not read' },
  KW_PORT_TAKEN: { status: 500, title: 'The address is in use' },
  KW_LISTEN_FAILED: { status: 500, title: 'The server cannot listen' },
} as const;
export type HttpCode = keyof typeof HTTP_CODES;

/** Thrown inside a route; becomes the answer. */
export class HttpProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: HttpCode, detail: string, retryAfterSeconds?: number) {
    super(detail);
    this.name = 'HttpProblem';
    this.code = code;
    this.status = HTTP_CODES[code].status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What a JSON body was parsed to, or its refusal. */
export function getBody<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new HttpProblem('KW_BAD_BODY', parsed.problem);
}

export interface ProblemAnswer {
  readonly problem: Problem;
  readonly retryAfterSeconds: number | undefined;
}

export function createProblem(code: string, status: number, title: string, detail: string): Problem {
  return { type: `docs/errors/${code}.md`, title, status, code, detail };
}

const TITLES: Readonly<Record<string, { readonly title: string }>> = HTTP_CODES;

function readMember(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** Fastify's own refusals, which have codes of their own. */
const FASTIFY_CODES: Readonly<Record<number, HttpCode>> = {
  400: 'KW_BAD_BODY',
  413: 'KW_BODY_TOO_LARGE',
  415: 'KW_BAD_BODY',
};

/**
 * The answer to an error, or undefined when it is a surprise. Problems of query, auth and intake are recognised by their shape
 * (`code` KW_…, `status`, `message` or `detail`), so that this room needs none of their classes.
 */
export function findProblem(error: unknown): ProblemAnswer | undefined {
  const code = readMember(error, 'code');
  const status = readMember(error, 'status') ?? readMember(error, 'statusCode');
  const detail = readMember(error, 'detail') ?? readMember(error, 'message');
  if (typeof code !== 'string' || typeof status !== 'number' || typeof detail !== 'string') return undefined;
  const retry = readMember(error, 'retryAfterSeconds');
  const retryAfterSeconds = typeof retry === 'number' ? Math.max(1, Math.ceil(retry)) : undefined;
  if (code.startsWith('FST_')) {
    const ours = FASTIFY_CODES[status];
    if (ours === undefined) return undefined;
    const row = HTTP_CODES[ours];
    return { problem: createProblem(ours, row.status, row.title, `${detail.replace(/\.$/, '')}.`), retryAfterSeconds };
  }
  if (!code.startsWith('KW_')) return undefined;
  const given = readMember(error, 'title');
  const title = TITLES[code]?.title ?? (typeof given === 'string' ? given : 'The request was refused');
  return { problem: createProblem(code, status, title, detail), retryAfterSeconds };
}

/** What goes out for a surprise: the id leads to the log line with the cause. */
export function createInternal(requestId: string): Problem {
  const { status, title } = HTTP_CODES.KW_INTERNAL;
  return createProblem(
    'KW_INTERNAL',
    status,
    title,
    `something went wrong inside the server; its log has the cause under request ${requestId}.`,
  );
}

/** Sentences of the intake begin with their code: `KW_INGEST_SPOOL_FULL: the spool …`. */
export function splitCode(sentence: string, byDefault: HttpCode): { readonly code: string; readonly detail: string } {
  const match = /^(KW_[A-Z_]+): (.*)$/s.exec(sentence);
  return match?.[1] === undefined ? { code: byDefault, detail: sentence } : { code: match[1], detail: match[2] ?? '' };
}
