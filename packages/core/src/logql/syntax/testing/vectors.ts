// The recorded requests of a real Loki that carry a query, with what it answered.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface QueryVector {
  readonly id: string;
  readonly endpoint: string;
  readonly query: string;
  readonly status: number;
  /** The body of a refusal. */
  readonly error?: string;
  /** What `format_query` made of it. */
  readonly formatted?: string;
}

interface Recorded {
  readonly id: string;
  readonly endpoint: string;
  readonly query?: string;
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  readonly status: number;
  readonly error?: string;
  readonly response?: { readonly data?: unknown; readonly status?: string; readonly error?: string };
}

const FILES = ['vectors.ndjson.gz', 'vectors-align.ndjson.gz'];

export function readQueryVectors(): readonly QueryVector[] {
  return FILES.flatMap((file) => {
    const packed = readFileSync(new URL(`../../../../../../corpus/loki/${file}`, import.meta.url));
    const lines = gunzipSync(packed).toString('utf8').trim().split('\n');
    return lines.flatMap((line) => toVectors(JSON.parse(line) as Recorded));
  });
}

function toVectors(recorded: Recorded): readonly QueryVector[] {
  const { id, endpoint, status, response } = recorded;
  const error = recorded.error ?? (response?.status === 'invalid-query' ? response.error : undefined);
  const formatted =
    endpoint.endsWith('/format_query') && typeof response?.data === 'string' ? response.data : undefined;
  return [recorded.query ?? recorded.params?.query ?? recorded.params?.['match[]'] ?? []].flat().map((query) => ({
    id,
    endpoint,
    query,
    status,
    ...(error === undefined ? {} : { error }),
    ...(formatted === undefined ? {} : { formatted }),
  }));
}
