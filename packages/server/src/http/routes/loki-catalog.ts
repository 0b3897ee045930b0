// What streams there are: Loki's labels, label values, series, index/stats and index/volume. Parameters -> question -> lists and figures.
import { printList, printNames } from '@kubewitness/core/logql';
import type { Selection, VolumeRequest } from '../../loki/index.ts';
import type { LokiForm } from '../loki/loki-form.ts';
import { getOrRefuse, LokiRefusal } from '../loki/loki-refusal.ts';
import { addRead, type LokiRequest, type LokiScope, readParam } from '../loki/loki-scope.ts';
import { printJson, printMetricAnswer } from '../loki/print-answer.ts';
import { parseLimit, parseLimitedBounds, parseSteps } from '../loki/query-params.ts';
import { parseSelector, parseSelectors } from '../loki/query-text.ts';
import { sendText } from '../loki/send-text.ts';
import { HOUR_NANOS, type TimeBounds } from '../loki/time-bounds.ts';

const LABELS_SINCE_NANOS = 6n * HOUR_NANOS;
const NO_FIGURES = { lines: 0, bytes: 0 };

/** An entry at the very end counts here, as it does in Loki's index. */
const including = ({ startNanos, endNanos }: TimeBounds): TimeBounds => ({ startNanos, endNanos: endNanos + 1n });

export function addLokiCatalogRoutes(scope: LokiScope): void {
  const { gate, source, limits, nowNanos } = scope;

  const readBounds = (form: LokiForm, sinceNanos?: bigint): TimeBounds =>
    getOrRefuse(parseLimitedBounds(form, nowNanos(), limits, sinceNanos));

  /** Without a query all streams. */
  function selectLabels({ form, tenant }: LokiRequest): Selection {
    const bounds = including(readBounds(form, LABELS_SINCE_NANOS));
    const text = form.first('query');
    return { ...bounds, tenant, matchers: text === '' ? [] : parseSelector(text) };
  }

  /** Asks within the gate and sends what the answer prints to. */
  function answer<T>(
    asked: LokiRequest,
    ask: (signal: AbortSignal) => Promise<T>,
    print: (value: T) => string,
    count: (value: T) => number,
  ) {
    const { request, reply, form } = asked;
    return gate.run(
      'labels',
      request,
      reply,
      async (signal) => {
        const value = await ask(signal);
        const end = await sendText(scope, asked, print(value), signal);
        return { ...end, rows: count(value), value: undefined };
      },
      form.text,
    );
  }

  const answerNames = (asked: LokiRequest, ask: (signal: AbortSignal) => Promise<readonly string[]>) =>
    answer(
      asked,
      ask,
      (names) => printJson(printNames(names)),
      (names) => names.length,
    );

  for (const path of ['/loki/api/v1/labels', '/loki/api/v1/label']) {
    addRead(scope, path, 'Names of labels', async (asked) => {
      const selection = selectLabels(asked);
      return answerNames(asked, (signal) => source.labelNames(selection, signal));
    });
  }

  addRead(scope, '/loki/api/v1/label/:name/values', 'Values of a label', async (asked) => {
    const selection = selectLabels(asked);
    const name = readParam(asked.request, 'name') ?? '';
    return answerNames(asked, (signal) => source.labelValues(selection, name, signal));
  });

  addRead(scope, '/loki/api/v1/series', 'Label sets of streams', async (asked) => {
    const { form, tenant } = asked;
    const bounds = including(readBounds(form, LABELS_SINCE_NANOS));
    const texts = [...new Set([...form.all('match'), ...form.all('match[]')])].sort();
    const selections = parseSelectors(texts).map((matchers) => ({ ...bounds, tenant, matchers }));
    return answer(
      asked,
      (signal) => source.series(selections, signal),
      (series) => printJson(printList(series)),
      (series) => series.length,
    );
  });

  addRead(scope, '/loki/api/v1/index/stats', 'How much a selector would read', async (asked) => {
    const { form, tenant } = asked;
    const bounds = including(readBounds(form));
    const selection = { ...bounds, tenant, matchers: parseSelector(form.first('query')) };
    return answer(
      asked,
      async (signal) => getOrRefuse(await source.indexStats(selection, signal)),
      printJson,
      () => 1,
    );
  });

  async function answerVolume(asked: LokiRequest, inSteps: boolean) {
    const { form } = asked;
    const bounds = readBounds(form);
    const stepNanos = inSteps ? getOrRefuse(parseSteps(form, bounds, limits)) : undefined;
    const limit = getOrRefuse(parseLimit(form));
    const by = form.first('aggregateBy');
    if (by !== '' && by !== 'series' && by !== 'labels') throw new LokiRefusal(400, 'invalid aggregation option');
    const text = form.first('query');
    const question: VolumeRequest = {
      ...bounds,
      tenant: asked.tenant,
      // Here alone `{}` stands for every stream.
      matchers: text.trim() === '{}' ? [] : parseSelector(text),
      limit,
      targetLabels: form
        .first('targetLabels')
        .split(',')
        .filter((name) => name !== ''),
      aggregateBy: by === 'labels' ? by : 'series',
      ...(stepNanos === undefined ? {} : { stepNanos }),
    };
    return answer(
      asked,
      async (signal) => getOrRefuse(await source.volume(question, signal)),
      (result) => printMetricAnswer(result, NO_FIGURES, 0),
      () => 1,
    );
  }

  addRead(scope, '/loki/api/v1/index/volume', 'Bytes by labels', (asked) => answerVolume(asked, false));
  addRead(scope, '/loki/api/v1/index/volume_range', 'Bytes by labels over time', (asked) => answerVolume(asked, true));
}
