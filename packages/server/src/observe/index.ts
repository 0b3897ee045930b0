// Front door of what the server tells about itself: log and metrics.
export { createLog, type Log, type LogOptions } from './log.ts';
export { createMetrics, type Metrics, printMetricNames } from './metrics.ts';
