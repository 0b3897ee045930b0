// The whole server, joined: settings in, a running server out. Start order is dependency order, stop order its mirror.
import { join, resolve } from 'node:path';
import { printTime } from '@kubewitness/core/event';
import { startEngine } from '@kubewitness/engine/supervisor';
import { openIngest } from '@kubewitness/intake/ingest';
import { systemClock } from '@kubewitness/intake/spool';
import { openImportPort } from './app/import-port.ts';
import { joinStatus } from './app/join-status.ts';
import { makeDataDirectory } from './app/make-data-directory.ts';
import { openStore } from './app/open-store.ts';
import { openPushPort } from './app/push-port.ts';
import { startRetention } from './app/retention-clock.ts';
import { startSources } from './app/start-sources.ts';
import { openWebhookPort } from './app/webhook-port.ts';
import { openAuth } from './auth/index.ts';
import type { Config } from './config/index.ts';
import { type Bound, createHttp } from './http/index.ts';
import { readLimits } from './loki/index.ts';
import { createMetrics, type Log } from './observe/index.ts';
import { createLokiSource, createQuery } from './query/index.ts';
import { StartProblem } from './start-problem.ts';
import { Store, StoreWriter } from './store/index.ts';
import { VERSION } from './version.ts';

export interface RunningServer {
  readonly bound: Bound;
  /** Resolves when the store answers; rejects with StartProblem when it never will. */
  readonly ready: Promise<void>;
  /** Ends everything within the grace period of the settings. */
  stop(): Promise<void>;
}

const nowNanos = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
const pause = systemClock.pause;

/** Opens everything; throws StartProblem with the sentence for the user. */
export async function startServer(settings: Config, log: Log): Promise<RunningServer> {
  // The engine reads segment files from another working directory.
  const config: Config = { ...settings, dataDir: resolve(settings.dataDir) };
  const startedAtMs = Date.now();
  const stopping = new AbortController();
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    stopping.abort();
    for (const close of closers.reverse().splice(0)) await close();
  };
  try {
    await makeDataDirectory(config.dataDir);
    const metrics = createMetrics(VERSION);
    closers.push(() => metrics.close());

    const auth = await openAuth({ config, clock: Date.now, log, metrics });
    if (!auth.ok) throw new StartProblem(auth.problem.code, auth.problem.detail);
    closers.push(() => auth.value.close());

    // The intake comes first and needs no engine: webhooks are taken while the store still opens.
    const opening = await openIngest({
      directory: join(config.dataDir, 'spool'),
      clock: systemClock,
      log,
      signal: new AbortController().signal,
      limits: {
        segmentBytes: config.segmentBytes,
        liveSegmentMillis: config.segmentMaxAgeMs,
        maxSpoolBytes: config.spoolMaxBytes,
        minFreeBytes: config.diskReserveBytes,
      },
    });
    if (!opening.ok) throw StartProblem.of(opening.problem);
    const { ingest } = opening;
    closers.push(() => ingest.close());

    const engine = startEngine({
      dataDir: join(config.dataDir, 'store'),
      readers: config.engineReaders,
      maxMemoryBytes: config.engineMaxMemoryBytes,
      log: (level, message) => log[level]({ from: 'engine' }, message),
    });
    closers.push(() => engine.stop());

    const store = new Store({
      address: { kind: 'socket', path: engine.socketPath },
      flavour: { kind: 'embedded' },
      clock: nowNanos,
    });
    closers.push(() => store.close());
    const writer = new StoreWriter({ store, queue: ingest.spool, log, metrics, clock: nowNanos, pause });
    const retention = startRetention({ config, store, log, metrics, pause });
    const imports = openImportPort(ingest, writer);
    const sources = await startSources({ config, ingest, imports, log, clock: nowNanos, pause });
    closers.push(() => sources.stop());

    const status = joinStatus({ engine, ingest, store, writer, metrics, sources, startedAtMs });
    const reading = {
      database: store.database,
      log,
      landings: { newest: () => writer.newestBatch(), wait: writer.wait.bind(writer) },
      clock: nowNanos,
      maxSeconds: config.queryMaxSeconds,
      maxMemoryBytes: config.queryMaxMemoryBytes,
    };
    const query = createQuery({ ...reading, retention: () => retention.status() });
    const { maxSeries, maxPoints, maxReadBytes, maxSamples } = readLimits(config);
    const loki = createLokiSource({
      ...reading,
      ...openPushPort(ingest, writer, systemClock.nowMicros),
      // The writer is the only one: what comes has a segment in the spool, or was told of.
      mayLand: (batch) => {
        const { newestNumber, lastLeftNumber } = ingest.spool;
        return ingest.spool.segments() > 0 || Math.max(newestNumber, lastLeftNumber, writer.newestBatch()) > batch;
      },
      firstComing: ingest.spool.firstNumber,
      ...{ maxSeries, maxPoints, maxReadBytes, maxSamples },
      alignment: config.lokiAlignSteps ? 'align' : 'split',
      likeLoki: config.limitsProfile === 'loki',
    });
    const http = await createHttp({
      config,
      version: VERSION,
      query: { ...query, sources: async (signal) => sources.join(await query.sources(signal)) },
      webhook: openWebhookPort(ingest, config.webhookMaxBytes),
      imports,
      loki: loki.source,
      explain: loki.explain,
      engineState: status.engineState,
      status,
      auth: auth.value,
      checks: status.checks,
      metrics,
      log,
      clock: Date.now,
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    });
    const bound = await http.listen().catch((error: unknown) => {
      throw StartProblem.from(error);
    });
    closers.push(() => http.close(config.stopGraceMs));
    log.info({ url: bound.url, startedAt: printTime(BigInt(startedAtMs) * 1_000_000n) }, `Listening on ${bound.url}.`);

    const writing = (async () => {
      const started = await engine.ready;
      if (!started.ok) throw new StartProblem(started.problem.code, started.problem.message);
      await openStore({ store, log, pause }, stopping.signal);
      status.opened(started.version);
    })();
    const running = writing.then(() =>
      Promise.all([writer.run(stopping.signal), retention.run(stopping.signal), loki.watch(stopping.signal)]),
    );
    running.catch(() => undefined);
    closers.push(async () => {
      await running.catch(() => undefined);
      imports.close();
    });
    return { bound, ready: writing, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
