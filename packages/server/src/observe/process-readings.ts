// The process's own figures: reads CPU, memory and event loop delay into the metrics at each scrape. Closed with the server.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricSet } from './metrics.ts';

export function openProcessReadings(metrics: MetricSet) {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let countedCpuMicros = 0;
  metrics.processStartSeconds.set(performance.timeOrigin / 1000);
  return {
    read(): void {
      const cpu = process.cpuUsage();
      metrics.processCpuSeconds.inc((cpu.user + cpu.system - countedCpuMicros) / 1e6);
      countedCpuMicros = cpu.user + cpu.system;
      const memory = process.memoryUsage();
      metrics.processResidentBytes.set(memory.rss);
      metrics.processHeapBytes.set(memory.heapUsed);
      metrics.processExternalBytes.set(memory.external);
      // Nanoseconds; NaN before the first sample.
      for (const q of [50, 99]) {
        const nanos = delay.percentile(q);
        metrics.eventLoopDelaySeconds.set({ quantile: String(q / 100) }, Number.isFinite(nanos) ? nanos / 1e9 : 0);
      }
      delay.reset();
    },
    close(): void {
      delay.disable();
    },
  };
}
