// Metrics: counters, gauges and histograms of one server, in one registry that is passed around. Measurements in, Prometheus text out.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricKey, type MetricRow } from './metric-table.ts';
import { openProcessReadings } from './process-readings.ts';

export const METRIC_PREFIX = 'kubewitness_';

type Label<K extends MetricKey> = (typeof METRICS)[K]['labels'][number];
interface Instruments<L extends string> {
  readonly counter: Counter<L>;
  readonly gauge: Gauge<L>;
  readonly histogram: Histogram<L>;
}
/** One member per row of METRICS, such as `metrics.storedRecords.inc({ source: 'file' }, 7)`. */
export type MetricSet = {
  readonly [K in MetricKey]: Instruments<Label<K>>[(typeof METRICS)[K]['kind']];
};

export interface Metrics extends MetricSet {
  readonly contentType: string;
  /** Called before each scrape, to set gauges that are read rather than counted. A throw makes the scrape go on without it. */
  onScrape(read: () => void | Promise<void>): void;
  print(): Promise<string>;
  close(): void;
}

function build(row: MetricRow, registry: Registry): Counter | Gauge | Histogram {
  const options = { name: METRIC_PREFIX + row.name, help: row.help, labelNames: row.labels, registers: [registry] };
  switch (row.kind) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, buckets: [...(row.buckets ?? [])] });
  }
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const built = Object.entries(METRICS).map(([key, row]) => [key, build(row, registry)]);
  // Each member was built from the row of the same key; the compiler cannot follow that through fromEntries.
  const set = Object.fromEntries(built) as MetricSet;
  set.buildInfo.set({ version }, 1);
  const readings = openProcessReadings(set);
  const readers: (() => void | Promise<void>)[] = [readings.read];
  return {
    ...set,
    contentType: registry.contentType,
    onScrape: (read) => {
      readers.push(read);
    },
    print: async () => {
      await Promise.allSettled(readers.map(async (read) => read()));
      return registry.metrics();
    },
    close: readings.close,
  };
}

/** One line per metric, sorted: the committed contract in snapshots/metrics.txt. */
export function printMetricNames(): string {
  const rows: readonly MetricRow[] = Object.values(METRICS);
  return rows
    .map(
      (r) => `${METRIC_PREFIX}${r.name}${r.labels.length > 0 ? `{${r.labels.join(',')}}` : ''} ${r.kind}  ${r.help}\n`,
    )
    .sort()
    .join('');
}
