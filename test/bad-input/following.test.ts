// Followed files that cannot be read yet: the problem is in the list of sources, and when it is mended the records come.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineOf, openRun } from '../support/audit-events.ts';
import { splitLines } from '../support/corpus.ts';
import { readAllLines } from '../support/ledger.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const folder = makeFolder();
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const run = openRun('following');
const LINES = 200;
const goodText = Array.from({ length: LINES }, (_, number) => `${lineOf(run, number)}\n`).join('');

test('a followed file without read permission, then with: a sentence, then its records', async () => {
  const path = join(folder, 'followed.log');
  chmodSync(folder, 0o755);
  writeFileSync(path, goodText);
  chmodSync(path, 0o000);
  if (isRoot) process.stdout.write(`running the server as uid ${NOBODY}, for root may read everything\n`);
  mkdirSync(join(folder, 'follow'));
  if (isRoot) chmodSync(join(folder, 'follow'), 0o777);
  const follower = await TestServer.start({
    data: join(folder, 'follow/data'),
    args: ['--tail', path, '--tail', join(folder, 'not-there/audit.log')],
    env: { HOME: '/' },
    ...(isRoot ? { uid: NOBODY } : {}),
  });
  await follower.ready();
  interface Row {
    readonly name: string;
    readonly state: string;
    readonly problem: string;
  }
  const rowOf = async (name: string): Promise<Row | undefined> => {
    const answer: { sources: Row[] } = JSON.parse(
      (await follower.ask({ path: '/api/v1/sources' })).body.toString('utf8'),
    );
    return answer.sources.find((row) => row.name === name);
  };
  const closed = await waitUntil('the problem', async () =>
    (await rowOf(path))?.state === 'problem' ? rowOf(path) : undefined,
  );
  expect(closed.problem).toMatch(/KW_FOLLOW_[A-Z_]+: .*followed\.log.*(permission|may not be read|cannot be read)/i);
  const missing = await rowOf(join(folder, 'not-there/audit.log'));
  expect(missing).toMatchObject({ state: 'problem', problem: expect.stringContaining('not-there') });
  chmodSync(path, 0o644);
  await waitUntil('the records', async () => splitLines(await readAllLines(follower)).length === LINES);
  expect(await rowOf(path)).toMatchObject({ state: 'waiting', problem: '' });
  await follower.stop();
});
