// `policy attributes`: the request attributes that an API server derives from method and URL.
import { parseRequestInfo, printRequestUri } from '@kubewitness/core/event';
import type { Command } from 'commander';
import { setExamples } from '../help-format.ts';
import { outputOption } from './output-option.ts';
import type { PolicyHost } from './policy-host.ts';
import { usageProblem } from './policy-problem.ts';
import { printValue } from './print-json.ts';
import { readLines } from './read-files.ts';
import { renderTable } from './render-table.ts';
import { runCommand } from './run-command.ts';

interface AttributesFlags {
  readonly method: string;
  readonly path?: string;
  readonly requests?: string;
  readonly output?: string;
}

type Attributes = Readonly<Record<string, string | boolean>>;

export function addAttributesCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('attributes')
    .description('derive verb, resource, name, namespace or path of requests from method and URL')
    .option('--method <method>', 'HTTP method', 'GET')
    .option('--path <url>', 'path with query')
    .option('--requests <file>', 'NDJSON file with "method" and "url", one answer line each')
    .addOption(outputOption(['table', 'json', 'ndjson', 'yaml']))
    .action((flags: AttributesFlags) => runCommand(host, () => derive(host, flags)));
  setExamples(
    command,
    `
# what the API server makes of a request
kubewitness policy attributes --path '/api/v1/pods?watch=1'
# a file of methods and URLs
kubewitness policy attributes --requests urls.ndjson`,
  );
}

async function derive(host: PolicyHost, flags: AttributesFlags): Promise<void> {
  if (flags.requests !== undefined) return deriveFile(host, flags.requests, flags.output ?? 'ndjson');
  if (flags.path === undefined) throw usageProblem('give --path URL, or --requests FILE for many.');
  const answer = describe(flags.method, flags.path);
  const output = flags.output ?? 'table';
  if (output !== 'table') return host.print(printValue(answer, output));
  await host.print(
    renderTable(
      ['ATTRIBUTE', 'VALUE'],
      Object.entries(answer).map(([key, value]) => [key, String(value)]),
    ),
  );
}

/** Keys in the order of the alphabet, so that two outputs can be compared as text. */
function describe(method: string, url: string): Attributes {
  const info = { ...parseRequestInfo(method, url), method, url, auditRequestURI: printRequestUri(url) };
  return Object.fromEntries(Object.entries(info).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function deriveFile(host: PolicyHost, path: string, output: string): Promise<void> {
  const answers: Attributes[] = [];
  const decoder = new TextDecoder();
  let failed = 0;
  let line = 0;
  await readLines(path, host.signal, (bytes, start, end) => {
    line += 1;
    const answer = describeLine(decoder.decode(bytes.subarray(start, end)), line);
    if ('error' in answer) failed += 1;
    answers.push(answer);
  });
  if (output === 'ndjson') await host.print(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  else if (output === 'table') {
    const keys = ['method', 'url', 'verb', 'apiGroup', 'resource', 'subresource', 'namespace', 'name', 'path'];
    await host.print(
      renderTable(
        keys.map((key) => key.toUpperCase()),
        answers.map((answer) => keys.map((key) => String(answer[key] ?? ''))),
      ),
    );
  } else await host.print(printValue(answers, output));
  if (failed === 0) return;
  host.complain(
    `KW_POLICY_REQUESTS: ${failed} of ${line} lines in ${path} have no method and url; see "error" in the answers.\n`,
  );
  host.setExitCode(1);
}

function describeLine(text: string, line: number): Attributes {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { error: `line ${line}: this line is not JSON` };
  }
  if (typeof value !== 'object' || value === null || !('method' in value) || !('url' in value))
    return { error: `line ${line}: "method" and "url" are missing` };
  if (typeof value.method !== 'string' || typeof value.url !== 'string')
    return { error: `line ${line}: "method" and "url" must be texts` };
  return describe(value.method, value.url);
}
