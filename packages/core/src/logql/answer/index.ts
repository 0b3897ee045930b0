// The front door of the answers: results as plain data in, the JSON shapes of Loki's HTTP API out.
export { printDetectedLabels, printList, printNames } from './print-catalog.ts';
export { type MetricData, printMetric, printPoint, type SamplePair } from './print-metric.ts';
export {
  type CategorizedLabels,
  type PrintedStream,
  printStreams,
  printStreamsText,
  printValue,
  type StreamRow,
  type StreamsData,
  type StreamsOptions,
  type StreamValue,
} from './print-streams.ts';
