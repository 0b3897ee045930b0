// Parameters checked on this side with the server's own functions, before files are read for a question that cannot be answered.
import { CliProblem, type Params } from '../client/index.ts';
import type { Flags } from './merge-options.ts';
import { listFlag } from './read-flags.ts';

type Request = 'records' | 'top' | 'filter' | 'sessions' | 'whoCan';

/**
 * Only with --from, where a mistake would cost the import; a running server answers the same sentence in a millisecond.
 */
export async function checkBeforeFiles(flags: Flags, request: Request, params: Params, nowMs: number): Promise<void> {
  if (listFlag(flags, 'from').length === 0) return;
  const wire = await import('@kubewitness/core/wire');
  const parse = {
    records: wire.parseRecordsRequest,
    top: wire.parseTopRequest,
    filter: wire.parseFilterRequest,
    sessions: wire.parseSessionsRequest,
    whoCan: wire.parseWhoCanRequest,
  }[request];
  const parsed = parse(params, BigInt(nowMs) * 1_000_000n);
  if (!parsed.ok) throw new CliProblem('KW_CLI_USAGE', parsed.problem);
}
