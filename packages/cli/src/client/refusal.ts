// Refusals and broken connections -> CliProblem: one sentence each, with the way out.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Endpoint } from './endpoint.ts';
import { CliProblem, errorCode, errorText } from './problem.ts';

// A refusal is a sentence; whatever is longer did not come from our server.
const MAX_REFUSAL_BYTES = 1024 * 1024;

/** The whole body as text; throws when it is longer than the limit. */
export async function readBody(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new CliProblem('KW_CLI_ANSWER', `The server's answer is longer than ${maxBytes} bytes.`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOENT: 'no such socket',
  ENOTFOUND: 'the name is unknown',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EACCES: 'permission denied',
};

const DISTRUST = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_CERT)/;

/** The request got no answer at all. */
export function explainFailure(endpoint: Endpoint, error: unknown): CliProblem {
  const code = errorCode(error);
  if (DISTRUST.test(code)) {
    return new CliProblem(
      'KW_CLI_UNREACHABLE',
      `${endpoint.text} shows a certificate that is not trusted (${errorText(error)}). Name its authority with --ca-file FILE.`,
      error,
    );
  }
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    const sentence = `${endpoint.text} does not speak TLS. Write http:// instead of https://.`;
    return new CliProblem('KW_CLI_UNREACHABLE', sentence, error);
  }
  // A TLS port answers plain HTTP with an alert, or hangs up.
  const isPlain = endpoint.kind === 'http' && endpoint.url.protocol === 'http:';
  if (isPlain && (code === 'ECONNRESET' || code.startsWith('HPE_'))) {
    const sentence = `${endpoint.text} cut the connection without an answer that is HTTP. If it speaks TLS, write https:// instead of http://.`;
    return new CliProblem('KW_CLI_UNREACHABLE', sentence, error);
  }
  return new CliProblem(
    'KW_CLI_UNREACHABLE',
    `Cannot reach ${endpoint.text} (${REASONS[code] ?? errorText(error)}). Start it with \`kubewitness serve\` or name another with --server; commands that only read also take files: --from FILE.`,
    error,
  );
}

/** The server answered, but not with 2xx. */
export async function explainRefusal(
  endpoint: Endpoint,
  hadToken: boolean,
  response: IncomingMessage,
  path: string,
): Promise<CliProblem> {
  const status = response.statusCode ?? 0;
  let text = '';
  try {
    text = await readBody(response, MAX_REFUSAL_BYTES);
  } catch {
    // The status alone still tells what happened.
  }
  response.destroy();
  if (status === 401) {
    return new CliProblem(
      'KW_CLI_UNAUTHORIZED',
      hadToken
        ? `${endpoint.text} does not accept this token (401). Ask an administrator for a new one: \`kubewitness token create\`.`
        : `${endpoint.text} wants a token (401). Give it with --token-file FILE, --token or KUBEWITNESS_TOKEN; an administrator makes one with \`kubewitness token create\`.`,
    );
  }
  const problem = parseProblem(text);
  if (problem !== undefined) return new CliProblem({ fromServer: problem.code, status }, problem.detail);
  // Loki's API refuses in plain sentences of its own.
  if (path.startsWith('/loki/') && /^text\/plain/.test(response.headers['content-type'] ?? '') && text !== '') {
    return new CliProblem({ fromServer: 'KW_CLI_QUERY', status }, text.trim());
  }
  return new CliProblem(
    'KW_CLI_ANSWER',
    `${endpoint.text} answered ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() +
      (status === 404 ? '; is it a KubeWitness server of this version?' : '; its log may say why.'),
  );
}

/** The answer began and then broke off; `trailer` is what the server could still say about it. */
export function explainCut(trailer: string | undefined, cause: unknown): CliProblem {
  const problem = trailer === undefined ? undefined : parseProblem(trailer);
  if (problem !== undefined) {
    return new CliProblem({ fromServer: problem.code, status: 0 }, `The answer broke off: ${problem.detail}`, cause);
  }
  const reason = trailer ?? REASONS[errorCode(cause)] ?? errorText(cause);
  return new CliProblem(
    'KW_CLI_STREAM_CUT',
    `The answer broke off in the middle (${reason}); what was printed is not all. Run the command again.`,
    cause,
  );
}

/** Problem details (RFC 9457) with our members, or undefined when the text is something else. */
function parseProblem(text: string): { code: string; detail: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const detail = 'detail' in value && typeof value.detail === 'string' ? value.detail : undefined;
  const title = 'title' in value && typeof value.title === 'string' ? value.title : undefined;
  const code = 'code' in value && typeof value.code === 'string' ? value.code : 'KW_CLI_ANSWER';
  const sentence = detail ?? title;
  return sentence === undefined ? undefined : { code, detail: sentence };
}
