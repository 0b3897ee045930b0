// `query -f`: the newest entries and then those that land, each once. The server ends a tail after an hour; it is taken up where it ended.
import { CliProblem, type Frames } from '../../client/index.ts';
import { type Asker, tenantHeaders, toParams, withWayOn } from './ask-loki.ts';
import { type LogEntry, parseFrame } from './loki-answer.ts';
import { Seam } from './once-at-the-seam.ts';

/** As `tail` begins. */
const DEFAULT_HISTORY = 10;
/** The server's own word for "long enough". */
const LONG_ENOUGH = /max duration/;

export async function* followEntries(
  asker: Asker,
  tellDropped: (count: number) => void,
): AsyncGenerator<readonly LogEntry[]> {
  const { request, client } = asker;
  const seam = new Seam();
  for (let start = request.fromNanos; ; start = seam.timeNanos ?? start) {
    const frames = await open(asker, start, seam.timeNanos === undefined ? (request.limit ?? DEFAULT_HISTORY) : 1000);
    for await (const text of frames.texts) {
      const { entries, dropped } = parseFrame(text);
      if (dropped > 0) tellDropped(dropped);
      const fresh = seam.take(entries);
      if (fresh.length > 0) yield fresh;
    }
    if (LONG_ENOUGH.test(frames.endReason())) continue;
    const why = frames.endReason() === '' ? '' : ` (${frames.endReason()})`;
    throw new CliProblem(
      'KW_CLI_STREAM_CUT',
      `${client.address} ended the tail${why}; it may be restarting. Run the command again.`,
    );
  }
}

function open({ client, request, signal }: Asker, start: bigint | undefined, limit: number): Promise<Frames> {
  const texts = {
    query: request.text,
    start: start === undefined ? undefined : String(start),
    limit: String(Math.max(1, limit)),
  };
  const path = '/loki/api/v1/tail';
  return withWayOn(client.follow({ path, params: toParams(texts), headers: tenantHeaders(request), signal }));
}
