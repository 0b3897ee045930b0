// `status`: what the server holds and how it is.
import { API } from '@kubewitness/core/wire';
import {
  memberOf,
  numberOf,
  openSink,
  printAge,
  printBytes,
  printCount,
  printDescription,
  printReport,
  printShare,
  REPORT_FORMATS,
  type Row,
  textOf,
} from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { formatFlag } from './read-flags.ts';
import { readReport } from './read-report.ts';
import type { Shell } from './shell.ts';
import { withClient } from './with-client.ts';

export async function status(shell: Shell, flags: Flags): Promise<number> {
  const format = await formatFlag(flags, REPORT_FORMATS);
  return withClient(shell, flags, async (client) => {
    const answer = await readReport(client, { path: API.status, signal: shell.signal });
    const sink = openSink(shell.stdout, shell.signal);
    if (format === 'table') await sink.write(describe(client.address, answer, shell.now()));
    else await printReport(answer, sink, format);
    return 0;
  });
}

function describe(address: string, answer: Row, nowMs: number): string {
  const engine = memberOf(answer, 'engine');
  const count = (row: Row, key: string): number => numberOf(row, key) ?? 0;
  const startedAtMs = Date.parse(textOf(answer, 'startedAt'));
  const up = Number.isNaN(startedAtMs) ? '' : `, up ${printAge((nowMs - startedAtMs) / 1000)}`;
  const restarts = count(engine, 'restarts');
  const broken = count(answer, 'brokenParts');
  const pairs: readonly (readonly [string, string])[] = [
    ['Server', `${address}, version ${textOf(answer, 'version')}${up}`],
    [
      'Engine',
      `${textOf(engine, 'state')}, version ${textOf(engine, 'version')}${restarts === 0 ? '' : `, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`}`,
    ],
    ['Records', `${printCount(count(answer, 'records'))} (${printCount(count(answer, 'finished'))} finished requests)`],
    ['Quarantined', printCount(count(answer, 'quarantined'))],
    ['Days', printCount(count(answer, 'days'))],
    ['Oldest', textOf(answer, 'oldest') || '<none>'],
    ['Newest', textOf(answer, 'newest') || '<none>'],
    ['Lines', printBytes(count(answer, 'rawBytes'))],
    ['On disk', `${printBytes(count(answer, 'diskBytes'))} (${printShare(count(answer, 'compression'))} of the lines)`],
    ['Waiting', describeSpool(memberOf(answer, 'spool'))],
    ['Retention', describeRetention(memberOf(answer, 'retention'))],
    ['Broken parts', broken === 0 ? '' : `${broken}; see the server's log`],
  ];
  return printDescription(pairs.filter(([, value]) => value !== ''));
}

function describeSpool(spool: Row): string {
  const segments = numberOf(spool, 'segments') ?? 0;
  const failed = numberOf(spool, 'failed') ?? 0;
  const failures = failed === 0 ? '' : `, ${failed} failed`;
  if (segments === 0) return `nothing${failures}`;
  return `${printBytes(numberOf(spool, 'bytes') ?? 0)} in ${segments} segments, the oldest ${printAge(numberOf(spool, 'oldestSeconds') ?? 0)} old${failures}`;
}

function describeRetention(retention: Row): string {
  const maxBytes = numberOf(retention, 'maxBytes') ?? 0;
  const maxAge = textOf(retention, 'maxAge');
  const limits = [
    maxAge === '' || maxAge === '0' || maxAge === '0s' ? '' : maxAge,
    maxBytes === 0 ? '' : printBytes(maxBytes),
  ].filter((t) => t !== '');
  const dropped = numberOf(retention, 'droppedDays') ?? 0;
  const last = textOf(retention, 'lastDropped');
  return `${limits.length === 0 ? 'everything is kept' : limits.join(', ')}${dropped === 0 ? '' : `; ${dropped} days dropped${last === '' ? '' : `, last ${last}`}`}`;
}
