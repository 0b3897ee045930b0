// The one table of settings. Flags, file keys, variables, help text and the manual's reference all come from these rows.
import { DEFAULT_LISTEN } from './listen-address.ts';
import { address, choice, count, duration, list, onOff, type Setting, seconds, secret, size, text } from './setting.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const LOKI_TENANTS = ['single', 'required'] as const;
export const LIMIT_PROFILES = ['default', 'loki'] as const;
/** What a limit of Loki's API is when neither flag nor file sets it: the profile's value. */
const BY_PROFILE = '0: as limits-profile says.';
const MOST = 999_999_999;

export const SETTINGS = {
  config: text(
    { name: 'config', byDefault: '', help: 'YAML file with settings. Keys are the names of this table.' },
    'path',
  ),
  dataDir: text(
    {
      name: 'data',
      byDefault: './kubewitness-data',
      help: 'Directory of everything that is kept: records, spool, tokens, access log.',
    },
    'path',
  ),
  listen: address({
    name: 'listen',
    byDefault: DEFAULT_LISTEN,
    help: 'Where to listen: HOST:PORT or unix:/path. Other machines can connect only when tokens exist.',
  }),
  allowHosts: list({
    name: 'allow-host',
    help: 'More names that a Host header may carry while no token guards a loopback address.',
  }),
  tailPaths: list({
    name: 'tail',
    help: 'Audit log to follow, with its rotated siblings. May be given several times.',
  }),
  importPaths: list({ name: 'import', help: 'File or directory to load once at start. May be given several times.' }),
  demo: onOff({
    name: 'demo',
    byDefault: false,
    help: 'Fill the store with the records of a made-up cluster, and go on making them.',
  }),
  cluster: text({
    name: 'cluster',
    byDefault: '',
    help: 'Name of the cluster that followed and imported files come from.',
  }),
  host: text({
    name: 'host',
    byDefault: '',
    help: 'Name of the node that followed files come from; empty: this machine.',
  }),

  tlsCertPath: text(
    { name: 'tls-cert', byDefault: '', help: 'Certificate chain (PEM). Read again when it changes.' },
    'path',
  ),
  tlsKeyPath: text(
    { name: 'tls-key', byDefault: '', help: 'Private key of the certificate (PEM). Read again when it changes.' },
    'path',
  ),
  tlsClientCaPath: text(
    {
      name: 'tls-client-ca',
      byDefault: '',
      help: 'CA (PEM) whose client certificates may send records (role ingest).',
    },
    'path',
  ),
  tokensRequired: onOff({
    name: 'tokens-required',
    byDefault: false,
    help: 'Ask for a token on loopback and unix sockets too.',
  }),
  bootstrapToken: secret({
    name: 'bootstrap-token',
    byDefault: '',
    help: 'A token made elsewhere (kw_ID_SECRET) that is accepted as admin; for installers that keep it in a Secret.',
  }),

  retentionMaxAgeMs: duration({
    name: 'retention-max-age',
    byDefault: 0,
    help: 'Drop days that arrived longer ago than this.',
  }),
  retentionMaxBytes: size({
    name: 'retention-max-bytes',
    byDefault: 0,
    help: 'Drop the oldest days while the store takes more than this on disk.',
  }),
  spoolMaxBytes: size(
    {
      name: 'spool-max-bytes',
      byDefault: 4 * GiB,
      help: 'Most that may wait on disk for the store before sources are slowed down and webhooks get 429.',
    },
    64 * MiB,
  ),
  diskReserveBytes: size({
    name: 'disk-reserve-bytes',
    byDefault: GiB,
    help: 'Free space that is never used: below it nothing more is taken in.',
  }),
  segmentBytes: size(
    {
      name: 'segment-bytes',
      byDefault: 32 * MiB,
      help: 'Size at which a spool segment is closed and handed to the store.',
    },
    MiB,
  ),
  segmentMaxAgeMs: duration(
    {
      name: 'segment-max-age',
      byDefault: 500,
      help: 'Age at which a segment with live records is closed, however small; a tenth of it after a quiet time.',
    },
    10,
  ),
  webhookMaxBytes: size(
    { name: 'webhook-max-bytes', byDefault: 64 * MiB, help: 'Largest webhook body, also after unpacking.' },
    64 * 1024,
  ),
  webhookMemoryBytes: size(
    {
      name: 'webhook-memory',
      byDefault: 192 * MiB,
      help: 'Memory for all webhook bodies being received; above it senders get 429 and try again.',
    },
    MiB,
  ),

  queryMaxSeconds: seconds({ name: 'query-max-seconds', byDefault: 120, help: 'Longest time one question may run.' }),
  queryMaxMemoryBytes: size(
    { name: 'query-max-memory', byDefault: 384 * MiB, help: 'Most memory one question may take in the engine.' },
    16 * MiB,
  ),
  queryMaxRunning: count(
    { name: 'query-max-running', byDefault: 16, help: 'Questions answered at the same time; more get 429.' },
    1,
    1000,
  ),
  tailMaxRunning: count(
    { name: 'tail-max-running', byDefault: 32, help: 'Live tails at the same time; more get 429.' },
    1,
    1000,
  ),
  engineMaxMemoryBytes: size(
    {
      name: 'engine-max-memory',
      byDefault: 768 * MiB,
      help: 'Most memory the engine may take for everything it does.',
    },
    128 * MiB,
  ),
  engineReaders: count(
    { name: 'engine-readers', byDefault: 4, help: 'Engine connections for reading, beside the one that writes.' },
    1,
    64,
  ),

  lokiTenants: choice(
    {
      name: 'loki-tenants',
      byDefault: 'single',
      help: "single: X-Scope-OrgID is ignored; required: Loki's API answers 401 without it, and each tenant sees its own entries (collected records belong to audit).",
    },
    LOKI_TENANTS,
  ),
  lokiAlignSteps: onOff({
    name: 'loki-align-queries-with-step',
    byDefault: false,
    help: 'Move start and end of range queries down to a multiple of the step, as LokiStack does.',
  }),
  limitsProfile: choice(
    {
      name: 'limits-profile',
      byDefault: 'default',
      help: "Limits of Loki's API: loki has Loki's own values, default lifts them to bounds that protect this server only.",
    },
    LIMIT_PROFILES,
  ),
  limitsMaxEntries: count(
    { name: 'limits-max-entries', byDefault: 0, help: `Most entries one log query may ask for. ${BY_PROFILE}` },
    0,
    MOST,
  ),
  limitsMaxSeries: count(
    { name: 'limits-max-series', byDefault: 0, help: `Most series in the answer to a metric query. ${BY_PROFILE}` },
    0,
    MOST,
  ),
  limitsMaxPoints: count(
    { name: 'limits-max-points', byDefault: 0, help: `Most points of a series in one answer. ${BY_PROFILE}` },
    0,
    MOST,
  ),
  limitsMaxQueryRangeMs: duration({
    name: 'limits-max-query-range',
    byDefault: 0,
    help: 'Longest time one query may span. off: as limits-profile says.',
  }),
  limitsMaxReadBytes: size({
    name: 'limits-max-read-bytes',
    byDefault: 0,
    help: 'Most bytes of lines that one query may read; more is refused before anything is read. off: as limits-profile says.',
  }),
  limitsMaxSamples: count(
    {
      name: 'limits-max-samples',
      byDefault: 0,
      help: `Most entries that one metric query may keep in memory; counts that the database sums up need none. ${BY_PROFILE}`,
    },
    0,
    MOST,
  ),
  limitsMaxLabels: count(
    { name: 'limits-max-labels', byDefault: 0, help: `Most labels of a pushed stream. ${BY_PROFILE}` },
    0,
    10_000,
  ),
  limitsMaxLineBytes: size({
    name: 'limits-max-line-bytes',
    byDefault: 0,
    help: 'Longest pushed line. off: as limits-profile says.',
  }),
  limitsMaxBehindMs: duration({
    name: 'limits-max-behind',
    byDefault: 0,
    help: 'How far a pushed entry may lie behind the newest of its stream. off: as limits-profile says.',
  }),
  limitsMaxAheadMs: duration({
    name: 'limits-max-ahead',
    byDefault: 0,
    help: 'How far in the future a pushed entry may lie. off: as limits-profile says.',
  }),
  pushMaxBytes: size(
    {
      name: 'push-max-bytes',
      byDefault: 16 * MiB,
      help: "Largest body of Loki's push and of OTLP, also after unpacking.",
    },
    64 * 1024,
  ),

  accessLogMaxBytes: size(
    {
      name: 'access-log-max-bytes',
      byDefault: GiB,
      help: 'Most that the log of reads may take; the oldest files go first.',
    },
    MiB,
  ),
  stopGraceMs: duration(
    { name: 'stop-grace', byDefault: 20_000, help: 'How long running answers may take to end when the server stops.' },
    100,
  ),
  logLevel: choice(
    { name: 'log-level', byDefault: 'info', help: 'How much the server tells about itself.' },
    LOG_LEVELS,
  ),
} as const;

type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** Every setting with its value. Property names carry the unit; users see the `name` of the row. */
export type Config = { readonly [K in keyof typeof SETTINGS]: ValueOf<(typeof SETTINGS)[K]> };

/** The rows by name, as one list; `key` is the property in Config. */
export const SETTING_ROWS: readonly { readonly key: string; readonly setting: Setting<unknown> }[] = Object.entries(
  SETTINGS,
).map(([key, setting]) => ({ key, setting }));

export const SETTING_NAMES: readonly string[] = SETTING_ROWS.map((row) => row.setting.name);
