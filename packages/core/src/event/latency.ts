// Latency: the annotations apiserver.latency.k8s.io/* (Go durations) to microseconds by what took the time.
import { parseDurationNanos } from './duration.ts';

export const LATENCY_PREFIX = 'apiserver.latency.k8s.io/';

/** `etcd`, `total`, `authorization`, … to microseconds; unreadable ones are left out. The server writes them for slow requests only. */
export function latencyMicros(annotations: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const micros = new Map<string, number>();
  for (const [key, value] of annotations) {
    if (!key.startsWith(LATENCY_PREFIX)) continue;
    const nanos = parseDurationNanos(value);
    if (nanos !== undefined) micros.set(key.slice(LATENCY_PREFIX.length), Number(nanos / 1000n));
  }
  return micros;
}
