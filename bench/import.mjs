// Import of a file: CPU of all processes, memory, disk, and the same file once more.
import { statSync } from 'node:fs';
import { runCli } from './support/program.mjs';
import { report } from './support/table.mjs';

export async function benchImport(server, file, name, { check = true } = {}) {
  const megabytes = statSync(file).size / 1e6;
  const cpu = async (label) => {
    const before = server.cpuSeconds();
    const cli = await runCli(['import', file, '--server', server.url]);
    if (cli.code !== 0) throw new Error(`import failed: ${cli.stderr}`);
    const after = server.cpuSeconds();
    await server.quiet();
    const merges = server.cpuSeconds().engine - after.engine;
    const used = { server: after.server - before.server, engine: after.engine - before.engine, cli: cli.cpuSeconds };
    const total = used.server + used.engine + used.cli;
    process.stderr.write(
      `   ${label}: ${cli.stdout.trim()}; CPU s: cli ${used.cli.toFixed(2)}, server ${used.server.toFixed(2)}, engine ${used.engine.toFixed(2)}, merges afterwards ${merges.toFixed(2)}\n`,
    );
    return { perCpu: megabytes / total, withMerges: megabytes / (total + merges), wall: cli.seconds, total };
  };
  const first = await cpu('first');
  report(`import ${name}: log per CPU second of all processes`, first.perCpu, 'MB/s', check ? { least: 80 } : {});
  report(`import ${name}: the same with the merges that follow`, first.withMerges, 'MB/s');
  report(`import ${name}: wall`, first.wall, 's');
  const peak = server.peakMiB();
  report(`import ${name}: peak memory of server and engine`, peak.server + peak.engine, 'MiB', { most: 1024 });
  const status = await (await fetch(`${server.url}/api/v1/status`)).json();
  report(`disk of ${status.records.toLocaleString('en-US')} records, of the raw bytes`, status.compression * 100, '%', {
    most: 19,
  });
  const again = await cpu('again');
  const after = await (await fetch(`${server.url}/api/v1/status`)).json();
  report(`import ${name} again: records stored`, after.records - status.records, '', { most: 0 });
  report(`import ${name} again: CPU of the first import`, (again.total / first.total) * 100, '%', { most: 100 });
}
