// What lines hold: Loki's detected_labels, detected_fields, their values, and patterns. Parameters -> question -> lists.
import { printDetectedLabels, printList } from '@kubewitness/core/logql';
import type { FieldsQuestion } from '../../loki/index.ts';
import { getOrRefuse } from '../loki/loki-refusal.ts';
import { addRead, type LokiRequest, type LokiScope, readParam } from '../loki/loki-scope.ts';
import { printJson } from '../loki/print-answer.ts';
import { parseLimit, parseLimitedBounds, parseSteps } from '../loki/query-params.ts';
import { parseLogs, parseSelector, parseSelectorQuery } from '../loki/query-text.ts';
import { sendText } from '../loki/send-text.ts';

const FIELD_LIMIT = 1000;

export function addLokiFieldRoutes(scope: LokiScope): void {
  const { context, gate, source, limits, nowNanos } = scope;

  function answer(
    asked: LokiRequest,
    work: (signal: AbortSignal) => Promise<{ readonly body: unknown; readonly rows: number }>,
  ) {
    const { request, reply, form } = asked;
    return gate.run(
      'logql',
      request,
      reply,
      async (signal) => {
        const { body, rows } = await work(signal);
        const end = await sendText(scope, asked, printJson(body), signal);
        return { ...end, rows, value: undefined };
      },
      form.text,
    );
  }

  addRead(scope, '/loki/api/v1/detected_labels', 'Labels worth offering', async (asked) => {
    const { form, tenant } = asked;
    const bounds = getOrRefuse(parseLimitedBounds(form, nowNanos(), limits));
    const text = form.first('query');
    const matchers = text === '' ? [] : parseSelector(text);
    return answer(asked, async (signal) => {
      const found = await source.detectedLabels({ ...bounds, tenant, matchers }, signal);
      return { body: printDetectedLabels(found), rows: found.length };
    });
  });

  function readFields({ form, tenant }: LokiRequest): FieldsQuestion {
    const bounds = getOrRefuse(parseLimitedBounds(form, nowNanos(), limits));
    const limit = getOrRefuse(parseLimit(form, form.first('limit') === '' ? 'field_limit' : 'limit', FIELD_LIMIT));
    const lineLimit = getOrRefuse(parseLimit(form, 'line_limit'));
    const query = parseLogs(form.first('query'));
    return { ...bounds, tenant, query, limit, lineLimit: Math.min(lineLimit, limits.maxEntries) };
  }

  addRead(scope, '/loki/api/v1/detected_fields', 'Fields that lines hold', async (asked) => {
    const question = readFields(asked);
    return answer(asked, async (signal) => {
      const fields = getOrRefuse(await source.detectedFields(question, signal));
      return { body: { ...(fields.length === 0 ? {} : { fields }), limit: question.limit }, rows: fields.length };
    });
  });

  addRead(scope, '/loki/api/v1/detected_field/:name/values', 'Values of a field', async (asked) => {
    const question = readFields(asked);
    const name = readParam(asked.request, 'name') ?? '';
    return answer(asked, async (signal) => {
      const values = getOrRefuse(await source.detectedFieldValues(question, name, signal));
      return { body: { ...(values.length === 0 ? {} : { values }), limit: question.limit }, rows: values.length };
    });
  });

  addRead(scope, '/loki/api/v1/patterns', 'What lines look like', async (asked) => {
    const { form, tenant } = asked;
    const bounds = getOrRefuse(parseLimitedBounds(form, nowNanos(), limits));
    const stepNanos = getOrRefuse(parseSteps(form, bounds, limits));
    const query = parseSelectorQuery(form.first('query'));
    // Loki has them switched off unless its operator asks for them, and answers so.
    if (context.config.limitsProfile === 'loki') return printList([]);
    return answer(asked, async (signal) => {
      const patterns = getOrRefuse(await source.patterns({ ...bounds, tenant, query, stepNanos }, signal));
      return { body: printList(patterns), rows: patterns.length };
    });
  });
}
