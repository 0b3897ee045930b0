// Retention on a clock: settings in, dropped days reported; does nothing when both limits are off.
import type { Config } from '../config/index.ts';
import type { Log, Metrics } from '../observe/index.ts';
import type { Store } from '../store/index.ts';

const EVERY_MS = 60_000;

export interface RetentionClockOptions {
  readonly config: Config;
  readonly store: Store;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
}

export function startRetention({ config, store, log, metrics, pause }: RetentionClockOptions) {
  const maxAgeMs = config.retentionMaxAgeMs;
  const maxBytes = config.retentionMaxBytes;
  const limits = { maxAgeMicros: maxAgeMs === 0 ? undefined : BigInt(maxAgeMs) * 1000n, maxBytes };
  let droppedDays = 0;
  let lastDropped = '';
  return {
    status: () => ({
      maxAge: maxAgeMs === 0 ? '' : `${Math.round(maxAgeMs / 1000)}s`,
      maxBytes,
      droppedDays,
      lastDropped,
    }),
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted && (maxAgeMs !== 0 || maxBytes !== 0)) {
        try {
          for (const day of await store.applyRetention(limits, signal)) {
            droppedDays += 1;
            lastDropped = day.day;
            metrics.retentionDroppedDays.inc({ reason: day.reason });
            const why =
              day.reason === 'age'
                ? 'it is older than retention-max-age'
                : 'the records took more than retention-max-bytes';
            log.info(
              { day: day.day, records: day.rows, reason: day.reason },
              `Retention dropped ${day.day} with ${day.rows} records: ${why}.`,
            );
          }
        } catch (error) {
          if (!signal.aborted)
            log.warn({ err: error }, 'Retention could not be applied; it is tried again in a minute.');
        }
        await pause(EVERY_MS, signal);
      }
    },
  };
}
