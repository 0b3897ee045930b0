// The tasks of OpenShift's and OKD's manuals: each command of docs/manual/tasks.md prints what the page shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusPath } from '../support/corpus.ts';
import { runCli } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { splitWords } from './manual-commands.ts';

const PAGE = new URL('../../docs/manual/tasks.md', import.meta.url);
/** The files of the page, each in a server of its own: --from would read them again for each command. */
const FILES: Readonly<Record<string, string>> = {
  'audit.log': 'kube-apiserver/real-100k.ndjson.gz',
  'servers.log': 'documented/openshift4-servers.ndjson',
};
const servers = new Map<string, TestServer>();

beforeAll(async () => {
  const folder = makeFolder();
  for (const [name, recording] of Object.entries(FILES)) {
    const server = await TestServer.start({ data: join(folder, name) });
    servers.set(name, server);
    await server.ready();
    expect((await runCli(['import', corpusPath(recording), '--server', server.url])).code).toBe(0);
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

const BLOCK = /^```\n(\$ kubewitness .*?)^```/gms;
const shown = [...readFileSync(PAGE, 'utf8').matchAll(BLOCK)]
  .flatMap(([, block = '']) => block.split(/^\$ kubewitness /m).slice(1))
  .map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)] as const);

/** A line of `…` stands for those left out. */
function toPattern(output: string): RegExp {
  const parts = output.split(/^…\n/m).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?:.*\\n)+')}$`);
}

test('the page has all tasks', () => {
  expect(shown.length).toBeGreaterThanOrEqual(10);
});

test.each(shown)('%s', async (command, output) => {
  const words = splitWords(command);
  const at = words.indexOf('--from');
  const server = servers.get(words[at + 1] ?? '');
  const ran = await runCli([...words.toSpliced(at, 2), '--server', server?.url ?? '']);
  expect(ran.code).toBe(0);
  expect(`${ran.stdout.toString('utf8')}${ran.stderr}`).toMatch(toPattern(output));
});
