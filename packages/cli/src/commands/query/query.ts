// `query`: LogQL in; lines, numbers or a chart out. Checked here first, so that a mistake is pointed at without a server.
import { parseTimeNanos } from '@kubewitness/core/event';
import { API } from '@kubewitness/core/wire';
import { CliProblem, type HttpClient } from '../../client/index.ts';
import { memberOf, openSink, printHarmlessLines, type Sink, textOf } from '../../output/index.ts';
import { parseLogqlText, readLogqlText } from '../logql-text.ts';
import type { Flags } from '../merge-options.ts';
import { type Shell, tell } from '../shell.ts';
import { withClient } from '../with-client.ts';
import { type Asker, DEFAULT_LINES, openAnswer, readEntries, readSeries } from './ask-loki.ts';
import { explainQuery } from './explain-query.ts';
import { followEntries } from './follow-entries.ts';
import { printEntries } from './print-entries.ts';
import { printSamples } from './print-samples.ts';
import { parseQueryRequest, type QueryRequest } from './query-request.ts';
import { explainEmpty } from './tell-empty.ts';

const EXAMPLE = 'kubewitness query \'{log_type="audit"} |= "/exec" | json\'';
const HOUR_MS = 3_600_000;

export async function query(shell: Shell, argument: string | undefined, flags: Flags): Promise<number> {
  const text = (await readLogqlText(shell.stdin, argument, EXAMPLE)).trim();
  if (text === '') {
    throw new CliProblem(
      'KW_CLI_USAGE',
      `There is no query. Write one, before --from, which takes all that follows: ${EXAMPLE}`,
    );
  }
  const parsed = await parseLogqlText(text);
  const asked = parseQueryRequest(text, parsed, flags, shell.now());
  return withClient(shell, flags, async (client) => {
    const nowNanos = await readNow(shell, client, asked);
    // Once more, since "6h ago" is counted from that now.
    const request = parseQueryRequest(text, parsed, flags, Number(nowNanos / 1_000_000n));
    const asker: Asker = { client, request, nowNanos, signal: shell.signal };
    const sink = openSink(shell.stdout, shell.signal);
    if (request.explain) await explainQuery(asker, sink);
    else if (request.follow) await printFollowed(shell, asker, sink);
    else if (request.format === 'json') await printAnswer(asker, sink);
    else if (request.mode === 'lines') await printLines(shell, asker, sink);
    else await printNumbers(shell, asker, sink);
    return 0;
  });
}

/** Loki's answers end without a newline; a prompt must not stand behind them. A terminal gets nothing that could steer it. */
async function printAnswer(asker: Asker, sink: Sink): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of await openAnswer(asker)) {
    await sink.write(sink.columns === undefined ? chunk : printHarmlessLines(decoder.decode(chunk, { stream: true })));
  }
  await sink.write('\n');
}

/** Of files the newest record: a log of last month has its "now" at its end. */
async function readNow(shell: Shell, client: HttpClient, request: QueryRequest): Promise<bigint> {
  const now = BigInt(shell.now()) * 1_000_000n;
  if (!request.fromFiles || request.mode === 'lines') return now;
  const status = memberOf({ answer: await client.getJson({ path: API.status, signal: shell.signal }) }, 'answer');
  return parseTimeNanos(textOf(status, 'newest')) ?? now;
}

async function printLines(shell: Shell, asker: Asker, sink: Sink): Promise<void> {
  const { format, headers, limit, newestFirst } = asker.request;
  const count = await printEntries(readEntries(asker), sink, { format, headers, live: false });
  if (count === 0) tell(shell, await explainEmpty(asker));
  else if (count === DEFAULT_LINES && limit === undefined) {
    // A default must not look like an answer to "how many".
    tell(
      shell,
      `These are the ${newestFirst ? 'newest' : 'oldest'} ${DEFAULT_LINES}; there may be more. Add --limit 0 for all.`,
    );
  }
}

async function printFollowed(shell: Shell, asker: Asker, sink: Sink): Promise<void> {
  const { format, headers } = asker.request;
  const tellDropped = (count: number): void =>
    tell(
      shell,
      `Note: ${count} ${count === 1 ? 'line was' : 'lines were'} left out, since they came faster than they were read.`,
    );
  await printEntries(followEntries(asker, tellDropped), sink, { format, headers, live: true });
}

async function printNumbers(shell: Shell, asker: Asker, sink: Sink): Promise<void> {
  const { request, nowNanos } = asker;
  const { format, headers, mode, fromNanos, untilNanos } = request;
  const series = await readSeries(asker);
  if (!series.some(({ samples }) => samples.length > 0)) return tell(shell, await explainEmpty(asker));
  const untilMs = Number((untilNanos ?? nowNanos) / 1_000_000n);
  const fromMs = fromNanos === undefined ? untilMs - HOUR_MS : Number(fromNanos / 1_000_000n);
  const hidden = await printSamples(series, sink, { format, mode, headers, fromMs, untilMs });
  if (hidden > 0) {
    tell(
      shell,
      `Drawn are the ${series.length - hidden} of ${series.length} series that reach highest; -o table prints all.`,
    );
  }
}
