// `npm start` without a command: a made-up cluster's records, the address, and three commands to try that find something.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { splitWords } from '../contracts/manual-commands.ts';
import { runCli } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

test('the greeting of the demo names the address and three commands, and each finds records', {
  timeout: 120_000,
}, async () => {
  let printed = '';
  let stop: () => void = () => undefined;
  const running = runCli(['demo', '--data', join(makeFolder(), 'data'), '--listen', '127.0.0.1:0'], {
    withinMs: 110_000,
    onStart(child) {
      child.stdout?.on('data', (chunk: Buffer) => {
        printed += chunk.toString('utf8');
      });
      stop = () => void child.kill('SIGINT');
    },
  });
  try {
    await waitUntil('the greeting', () => printed.includes('Ctrl-C stops the server.'));
    expect(printed).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+, with the last 24 hours of a made-up cluster/);
    const commands = [...printed.matchAll(/^ {2}npx kubewitness (.*)$/gm)].map(([, text = '']) => splitWords(text));
    expect(commands).toHaveLength(3);
    for (const words of commands) {
      await waitUntil(words.join(' '), async () => {
        const ran = await runCli(words);
        expect(ran.code).toBe(0);
        return ran.stdout.toString('utf8').split('\n').length > 3;
      });
    }
  } finally {
    stop();
  }
  expect(await running).toMatchObject({ code: 0, stderr: '' });
});
