// Reads the URL of a request: path and parameters in, query, database, settings and bound parameters out.

export interface RequestParameters {
  readonly path: string;
  readonly query: string | undefined;
  readonly queryId: string | undefined;
  readonly database: string | undefined;
  readonly defaultFormat: string | undefined;
  readonly compressAnswer: boolean;
  readonly waitEndOfQuery: boolean;
  readonly sessionId: string | undefined;
  readonly nativeCompression: boolean;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Parameters of the protocol itself, or of users and roles, which an engine behind a private socket has not. */
const PROTOCOL = new Set(
  [
    'query,query_id,database,default_format,enable_http_compression,wait_end_of_query,session_id,compress,decompress',
    'session_timeout,session_check,close_session,user,password,role,quota_key,stacktrace,buffer_size,http_zlib_compression_level',
    'send_progress_in_http_headers,http_headers_progress_interval_ms,add_http_cors_header,client_protocol_version,framed',
  ].flatMap((line) => line.split(',')),
);

const isOn = (value: string | null): boolean => value === '1' || value === 'true';

export function parseUrl(target: string): RequestParameters {
  const url = new URL(target, 'http://engine');
  const get = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) parameters.set(name.slice('param_'.length), value);
    else if (!PROTOCOL.has(name)) settings.set(name, value);
  }
  return {
    path: url.pathname,
    query: get('query') || undefined,
    queryId: get('query_id'),
    database: get('database') || undefined,
    defaultFormat: get('default_format'),
    compressAnswer: isOn(url.searchParams.get('enable_http_compression')),
    waitEndOfQuery: isOn(url.searchParams.get('wait_end_of_query')),
    sessionId: get('session_id') || undefined,
    nativeCompression: isOn(url.searchParams.get('compress')) || isOn(url.searchParams.get('decompress')),
    settings,
    parameters,
  };
}
