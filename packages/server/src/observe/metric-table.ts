// The one table of metrics: name, kind, labels, help. The registry, the snapshot and the manual come from it.

export interface MetricRow {
  /** Without the prefix. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Low cardinality only: never a user, a URI, an auditID. */
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const DELAY = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800];

const counter = <const L extends readonly string[]>(name: string, help: string, labels: L) =>
  ({ name, kind: 'counter', help, labels }) as const;
const gauge = <const L extends readonly string[]>(name: string, help: string, labels: L) =>
  ({ name, kind: 'gauge', help, labels }) as const;
const histogram = <const L extends readonly string[]>(
  name: string,
  help: string,
  labels: L,
  buckets: readonly number[],
) => ({ name, kind: 'histogram', help, labels, buckets }) as const;

/** `source` is the kind of a SegmentSource: file, import, webhook, demo. */
export const METRICS = {
  receivedLines: counter('ingest_received_lines_total', 'Lines that were framed and spooled.', ['source']),
  receivedBytes: counter('ingest_received_bytes_total', 'Bytes of the lines that were framed and spooled.', ['source']),
  storedRecords: counter('ingest_stored_records_total', 'Records that are new in the store.', ['source']),
  duplicateRecords: counter('ingest_duplicate_records_total', 'Records that were stored already.', ['source']),
  quarantinedLines: counter(
    'ingest_quarantined_lines_total',
    'Lines kept in quarantine because they were not recognised.',
    ['source'],
  ),
  droppedLines: counter(
    'ingest_dropped_lines_total',
    'Lines or bodies that were refused and are not kept, by reason.',
    ['reason'],
  ),
  eventDelaySeconds: histogram(
    'ingest_event_delay_seconds',
    'From the time of the newest record of a live source in a batch to its arrival here.',
    [],
    DELAY,
  ),
  storeDelaySeconds: histogram(
    'ingest_store_delay_seconds',
    'From the arrival of a line until it could be found.',
    [],
    DELAY,
  ),

  webhookRequests: counter('webhook_requests_total', 'Webhook requests by response code.', ['code']),
  webhookAckSeconds: histogram(
    'webhook_ack_seconds',
    'From the head of a webhook request to its durable acknowledgement.',
    [],
    FAST,
  ),
  webhookBodyBytes: gauge('webhook_body_bytes', 'Bytes of webhook bodies held in memory now.', []),

  spoolBytes: gauge('spool_bytes', 'Bytes on disk that wait for the store.', []),
  spoolSegments: gauge('spool_segments', 'Segments that wait for the store.', []),
  spoolOldestSeconds: gauge('spool_oldest_age_seconds', 'Age of the oldest segment that waits.', []),
  spoolFailedSegments: gauge('spool_failed_segments', 'Segments that the store refused and that were put aside.', []),
  diskFreeBytes: gauge('disk_free_bytes', 'Free space of the disk with the data directory.', []),
  tailLagBytes: gauge('tail_lag_bytes', 'Bytes in all followed files that were not read yet.', []),
  tailFiles: gauge('tail_files', 'Files being followed.', []),

  engineUp: gauge('engine_up', '1 while the engine answers.', []),
  engineRestarts: counter('engine_restarts_total', 'Times the engine had to be started again.', []),
  storeRecords: gauge('store_records', 'Records in the store.', []),
  storeDiskBytes: gauge('store_disk_bytes', 'Bytes of the store on disk, columns and indexes included.', []),
  storeBatchSeconds: histogram('store_batch_seconds', 'Time to store one batch.', ['outcome'], FAST),
  retentionDroppedDays: counter('retention_dropped_days_total', 'Days that retention dropped.', ['reason']),

  querySeconds: histogram('query_seconds', 'Time from a question to the end of its answer.', ['kind', 'outcome'], FAST),
  queryRows: counter('query_rows_total', 'Rows in answers.', ['kind']),
  queriesRunning: gauge('queries_running', 'Questions being answered now.', ['kind']),
  httpRequests: counter('http_requests_total', 'HTTP requests by route and response code.', ['route', 'code']),
  authRefused: counter(
    'auth_refused_total',
    'Requests refused for want of a token, role or fitting origin, by error code.',
    ['code'],
  ),
  accessLogFailures: counter('access_log_failures_total', 'Entries that could not be written to the log of reads.', []),
  tlsReloads: counter('tls_reloads_total', 'Times the certificate was read again.', ['outcome']),

  buildInfo: gauge('build_info', 'Always 1; the version is the label.', ['version']),
  processCpuSeconds: counter(
    'process_cpu_seconds_total',
    'CPU time of the server process, the engine not counted.',
    [],
  ),
  processResidentBytes: gauge('process_resident_memory_bytes', 'Resident memory of the server process.', []),
  processHeapBytes: gauge('process_heap_used_bytes', 'JavaScript heap in use.', []),
  processExternalBytes: gauge('process_external_memory_bytes', 'Memory of buffers outside the heap.', []),
  processStartSeconds: gauge('process_start_timestamp_seconds', 'When the server process started.', []),
  eventLoopDelaySeconds: gauge('process_event_loop_delay_seconds', 'Delay of the event loop since the last scrape.', [
    'quantile',
  ]),
} as const satisfies Readonly<Record<string, MetricRow>>;
export type MetricKey = keyof typeof METRICS;
