// `import`: log files, directories and standard input -> the server, with a progress bar and one summary line.
import { CliProblem, findLogFiles, importFiles } from '../client/index.ts';
import { printBytes, printCount } from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { openProgress } from './progress.ts';
import { connectionFlags, formatFlag, switchFlag, textFlag } from './read-flags.ts';
import { isWatched, type Shell, tell } from './shell.ts';
import { tellUnread } from './tell-unread.ts';
import { connect } from './with-client.ts';

/** 0 all well, 1 something could not be read or understood. */
export async function importLogs(shell: Shell, paths: readonly string[], flags: Flags): Promise<number> {
  const format = await formatFlag(flags, ['table', 'json'] as const);
  if (paths.length === 0) {
    throw new CliProblem('KW_CLI_USAGE', 'Name what to import: kubewitness import FILE|DIR…, or - for standard input.');
  }
  const found = await findLogFiles(paths);
  const client = await connect(shell, connectionFlags(flags));
  const progress = openProgress(shell.stderr, found.files, isWatched(shell) && !switchFlag(flags, 'quiet'));
  const startedAt = performance.now();
  try {
    const origin = {
      cluster: textFlag(flags, 'cluster'),
      host: textFlag(flags, 'host'),
      component: textFlag(flags, 'component'),
    };
    const job = { client, files: found.files, origin, stdin: shell.stdin, listener: progress, signal: shell.signal };
    const report = await importFiles(job).finally(() => progress.close());
    const seconds = (performance.now() - startedAt) / 1000;
    const problems = [...found.problems, ...report.problems];
    for (const problem of problems) tellUnread(shell, problem);
    if (format === 'json') {
      shell.stdout.write(`${JSON.stringify({ ...report, problems, others: found.others, seconds })}\n`);
    } else if (!switchFlag(flags, 'quiet')) {
      const counts = `read ${printCount(report.read)}, stored ${printCount(report.stored)}, duplicate ${printCount(report.duplicate)}, quarantined ${printCount(report.quarantined)}`;
      const files = `${printCount(report.files)} ${report.files === 1 ? 'file' : 'files'}, ${printBytes(report.bytes)}`;
      shell.stdout.write(`${counts} (${files} in ${seconds.toFixed(1)} s)\n`);
    }
    if (found.others > 0) {
      tell(
        shell,
        `${printCount(found.others)} other logs there hold no audit events; name a file to import it all the same.`,
      );
    }
    if (report.quarantined > 0)
      tell(shell, 'What was not understood is kept: `kubewitness quarantine` shows it with the reason.');
    return problems.length > 0 || report.quarantined > 0 ? 1 : 0;
  } finally {
    client.close();
  }
}
