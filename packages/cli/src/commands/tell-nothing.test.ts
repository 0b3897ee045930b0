// What an empty answer says.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { tellNothing } from './tell-nothing.ts';

function told(params: Readonly<Record<string, readonly string[]>>): string {
  const stderr = new PassThrough();
  tellNothing({ stderr }, 'records', new Map(Object.entries(params)));
  return String(stderr.read());
}

test.each([
  ['verb', 'gett', 'few API servers know a verb gett; did you mean --verb get?'],
  ['verb', 'get,list', '--verb "get,list" is one value; repeat the flag: --verb get --verb list.'],
  ['namespace', 'a, b', '--namespace "a, b" is one value; repeat the flag: --namespace a --namespace b.'],
  ['resource', 'deployment', 'did you mean --resource deployments?'],
  ['resource', 'deploy', 'did you mean --resource deployments?'],
  ['resource', 'Pods', 'did you mean --resource pods?'],
  ['resource', 'pod/exec', 'did you mean --resource pods/exec?'],
  ['resource', 'ingress.networking.k8s.io', 'did you mean --resource ingresses.networking.k8s.io?'],
  ['resource', 'networkpolicy', 'did you mean --resource networkpolicies?'],
])('--%s %s', (flag, value, note) => {
  expect(told({ [flag]: [value] })).toContain(note);
});

test('where and with what was looked, and no note on what has the right form', () => {
  expect(told({ verb: ['get', '!list', '~^ge', 'escalate'], resource: ['pods', '*', 'endpoints', '!po'] })).toBe(
    'No records found in any namespace (--verb get --verb !list --verb ~^ge --verb escalate --resource pods --resource * --resource endpoints --resource !po).\n',
  );
  expect(told({ namespace: ['shop'] })).toBe('No records found in namespace shop.\n');
});
