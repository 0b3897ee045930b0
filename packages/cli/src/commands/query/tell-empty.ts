// An empty answer is no dead end: what was asked for, what the store holds, and which label or value of the query does not exist.
import { printTime } from '@kubewitness/core/event';
import { listLogQueries } from '@kubewitness/core/logql';
import { API, suggest } from '@kubewitness/core/wire';
import { listOf, memberOf, type Row, textOf } from '../../output/index.ts';
import { type Asker, tenantHeaders, toParams } from './ask-loki.ts';
import { printBrief } from './print-entries.ts';

/** Labels that are looked into; a selector with more is rare. */
const MOST_LABELS = 4;
const MOST_WORDS = 12;

/** The sentences, most important first. */
export async function explainEmpty(asker: Asker): Promise<string> {
  const { request } = asker;
  const what = request.mode === 'lines' ? 'No lines' : 'No series';
  const hints = await Promise.all([findUnknownLabel(asker), describeStore(asker)]);
  return [`${what} found ${printTimes(asker)}.`, ...hints.filter((hint) => hint !== '')].join(' ');
}

function printTimes({ request, nowNanos }: Asker): string {
  const until = request.untilNanos ?? nowNanos;
  if (request.mode === 'instant') return `at ${printTime(until)}`;
  if (request.fromNanos === undefined)
    return request.untilNanos === undefined ? 'at any time' : `before ${printTime(until)}`;
  return `from ${printTime(request.fromNanos)} to ${printTime(until)}`;
}

/** Only equality can be told from the catalogue; an answer that cannot be had is no hint. */
async function findUnknownLabel(asker: Asker): Promise<string> {
  const matchers = listLogQueries(asker.request.query).flatMap(({ query }) => query.matchers);
  const named = matchers.filter(({ operator, value }) => operator === '=' && value !== '').slice(0, MOST_LABELS);
  for (const { name, value } of named) {
    const values = await readNames(asker, `/loki/api/v1/label/${encodeURIComponent(name)}/values`);
    if (values === undefined || values.includes(value)) continue;
    if (values.length > 0) return `${name} is never ${JSON.stringify(printBrief(value))}: ${pick(value, values)}`;
    const labels = await readNames(asker, '/loki/api/v1/labels');
    if (labels !== undefined && labels.length > 0) return `No stream has the label ${name}: ${pick(name, labels)}`;
  }
  return '';
}

function pick(word: string, words: readonly string[]): string {
  return printBrief(suggest(word, words.slice(0, MOST_WORDS)));
}

/** Everything since 1970, since a label of another time is not unknown; a server with a limit on that is asked about its own default. */
async function readNames({ client, request, signal }: Asker, path: string): Promise<readonly string[] | undefined> {
  for (const start of ['0', undefined]) {
    const call = { path, params: toParams({ start }), headers: tenantHeaders(request), signal };
    const names = await ask(signal, async () =>
      listOf(memberOf({ answer: await client.getJson(call) }, 'answer'), 'data'),
    );
    if (names !== undefined) return names;
  }
  return undefined;
}

async function describeStore({ client, signal }: Asker): Promise<string> {
  const status = await ask<Row>(signal, async () =>
    memberOf({ answer: await client.getJson({ path: API.status, signal }) }, 'answer'),
  );
  if (status === undefined) return '';
  const oldest = textOf(status, 'oldest');
  if (oldest === '') return 'The store is empty.';
  return `The store holds records from ${oldest} to ${textOf(status, 'newest')}; choose the time with --since and --until.`;
}

async function ask<T>(signal: AbortSignal, question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
