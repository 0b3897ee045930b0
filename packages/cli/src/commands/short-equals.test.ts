// A short flag with an equals sign, as people who come from kubectl write it.
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addFilterFlags, addOutputFlags } from './add-flags.ts';
import { dropShortEquals } from './short-equals.ts';

const search = addOutputFlags(addFilterFlags(new Command('search')), ['table', 'json']);

function read(...words: string[]) {
  const command = addOutputFlags(addFilterFlags(new Command('search')), ['table', 'json']);
  command.parse(dropShortEquals(command, words), { from: 'user' });
  return command.opts();
}

test('the value is what stands behind the sign', () => {
  expect(read('-o=json', '-n=shop', '-n=!kube-system', '-n=-default')).toMatchObject({
    output: 'json',
    namespace: ['shop', '!kube-system', '-default'],
  });
  expect(read('-n=').namespace).toEqual(['']);
});

test('values stay as they are: an equals sign in front of one takes it literally', () => {
  expect(read('-n', '=!odd', '--user', '-n=x', '--verb=-get', '--annotation', '-o=p')).toMatchObject({
    namespace: ['=!odd'],
    user: ['-n=x'],
    verb: ['-get'],
    annotation: ['-o=p'],
  });
});

test('switches and what stands behind -- are left alone', () => {
  expect(dropShortEquals(search, ['-A=x', '-z=1', '--', '-n=x'])).toEqual(['-A=x', '-z=1', '--', '-n=x']);
});
