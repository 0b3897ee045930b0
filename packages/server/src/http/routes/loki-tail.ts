// Loki's live tail: a query in, frames of new entries over a WebSocket out, until the client goes, an hour is over or the server stops.
import type { LogQuery } from '@kubewitness/core/logql';
import { printStreams, type StreamRow } from '@kubewitness/core/logql';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseInt64 } from '../loki/go-number.ts';
import type { LokiForm } from '../loki/loki-form.ts';
import { getOrRefuse, LokiRefusal } from '../loki/loki-refusal.ts';
import { type LokiRequest, type LokiScope, lokiPaths, readLokiRequest, wantsCategories } from '../loki/loki-scope.ts';
import { findTooManyEntries, parseLimit } from '../loki/query-params.ts';
import { parseQuery } from '../loki/query-text.ts';
import { findUpgrade, type Upgrade } from '../loki/route-upgrades.ts';
import { closeSoon, sendFrames } from '../loki/send-frames.ts';
import { HOUR_NANOS, parseLokiTime } from '../loki/time-bounds.ts';

const MAX_DELAY_SECONDS = 5n;
/** A tail sends and does not listen; what a client says is short. */
const MAX_CLIENT_BYTES = 4096;

interface TailParams {
  readonly startNanos: bigint;
  readonly limit: number;
  readonly delayMs: number;
}

function readParams(form: LokiForm, nowNanos: bigint): TailParams {
  const startNanos = getOrRefuse(parseLokiTime(form.first('start'), nowNanos - HOUR_NANOS));
  const limit = getOrRefuse(parseLimit(form));
  const delayText = form.first('delay_for');
  const delay = delayText === '' ? 0n : getOrRefuse(parseInt64(delayText, 'strconv.Atoi'));
  if (delay > MAX_DELAY_SECONDS) throw new LokiRefusal(400, `delay_for can't be greater than ${MAX_DELAY_SECONDS}`);
  return { startNanos, limit, delayMs: Number(delay > 0n ? delay : 0n) * 1000 };
}

export function addLokiTailRoute(scope: LokiScope): void {
  const { app, context, gate, source, limits, nowNanos } = scope;
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MAX_CLIENT_BYTES });

  function open(asked: LokiRequest, upgrade: Upgrade): Promise<WebSocket> {
    return new Promise((resolve) => {
      asked.reply.hijack();
      server.handleUpgrade(asked.request.raw, upgrade.socket, upgrade.head, resolve);
    });
  }

  async function tail(
    asked: LokiRequest,
    upgrade: Upgrade,
    query: LogQuery,
    params: TailParams,
    clientGone: AbortSignal,
  ) {
    const ending = new AbortController();
    const signal = AbortSignal.any([clientGone, ending.signal, context.stopping]);
    const batches = getOrRefuse(await source.tail({ ...params, query, tenant: asked.tenant }, signal));
    const socket = await open(asked, upgrade);
    socket.once('close', () => ending.abort());
    const categorize = wantsCategories(asked);
    const print = (rows: readonly StreamRow[]) => {
      const { result, encodingFlags } = printStreams(rows, { categorize });
      return { streams: result, ...(encodingFlags === undefined ? {} : { encodingFlags }) };
    };
    const { rows, bytes } = await sendFrames({ socket, batches, print, beatMs: context.limits.beatMs, signal });
    await closeSoon(socket, context.stopping.aborted ? 1001 : 1000);
    return { rows, bytes, outcome: 'ok' as const, code: '', value: undefined };
  }

  for (const url of lokiPaths('/loki/api/v1/tail')) {
    const schema = { summary: 'Follow new entries (WebSocket)', tags: ['loki'] };
    app.get(url, { config: { need: 'read' }, schema }, async (request, reply) => {
      const asked = readLokiRequest(scope, request, reply);
      const query = parseQuery(asked.form.first('query'));
      const params = readParams(asked.form, nowNanos());
      const tooMany = findTooManyEntries(params.limit, limits);
      if (tooMany !== undefined) throw new LokiRefusal(400, tooMany);
      const upgrade = findUpgrade(request.raw);
      if (upgrade === undefined) throw new LokiRefusal(400, 'Bad Request\n');
      if (query.kind !== 'log') {
        const socket = await open(asked, upgrade);
        await closeSoon(socket, 1011, 'only log selector is supported');
        return reply;
      }
      await gate.run('tail', request, reply, (signal) => tail(asked, upgrade, query, params, signal), asked.form.text);
      return reply;
    });
  }
}
