// `--print-query`: the LogQL on standard output, everything about it on standard error, and no server.
import { expect, test } from 'vitest';
import { runCommand } from './testing/run-command.ts';

const run = (...args: string[]) => runCommand(['--server', 'http://127.0.0.1:1', ...args, '--print-query']);

test('search', async () => {
  const { code, stdout, stderr } = await run('search', '--verb', '!get', '-n', 'shop', '--since', '2h', '--limit', '5');
  expect([code, stdout]).toEqual([
    0,
    '{log_type="audit"} | json | verb!="get" | objectRef_namespace="shop" | stage=~"ResponseComplete|Panic" or (stage="ResponseStarted" and responseStatus_code="401")\n',
  ]);
  expect(stderr).toMatch(
    /^Note: Requests that still run.*\nThe rest is told to `kubewitness query` by flags: --since 2h --limit 5\n$/,
  );
});

test('tail and top', async () => {
  const tail = await run('tail', '-f', '--all-stages', '--resource', 'pods/exec');
  expect(tail.stdout).toBe('{log_type="audit"} | json | objectRef_resource="pods" | objectRef_subresource="exec"\n');
  expect(tail.stderr).toBe('The rest is told to `kubewitness query` by flags: -f\n');
  const top = await run('top', '--by', 'verb', '--all-stages', '--since', '24h', '--limit', '3');
  expect([top.stdout, top.stderr]).toEqual([
    'topk(3, sum by (verb) (count_over_time({log_type="audit"} | json [1d])))\n',
    '',
  ]);
});

test.each([
  [['search', '--fields', 'userAgent'], '--fields and --unique have no LogQL form'],
  [['search', '--user', '~('], 'missing closing )'],
  [['search', '--code', '9999'], 'write 403, 4xx or 400-499'],
  [['top', '--by', 'group', '--since', '1h'], 'top --by group has no LogQL form'],
  [['top', '--by', 'user'], 'say which with --since'],
  [['top', '--last', '5', '--since', '1h'], '--last has no LogQL form'],
])('%j has none: one sentence, exit code 2', async (args, sentence) => {
  const { code, stdout, stderr } = await run(...args);
  expect(stderr).toContain(sentence);
  expect([code, stdout]).toEqual([2, '']);
});
