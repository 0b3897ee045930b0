import { expect, test } from 'vitest';
import { parseExecRequest, parseQuery } from './exec-request.ts';

const POD = '/api/v1/namespaces/ns/pods/web-1';

test('argv comes in order, `+` is a space, and the shell words stay words', () => {
  const uri = `${POD}/exec?command=%2Fbin%2Fsh&command=-c&command=TERM%3D%22xterm-256color%22+%2Fbin%2Fsh&container=app&stdin=true&stdout=true&tty=true`;
  expect(parseExecRequest(uri)).toEqual({
    command: ['/bin/sh', '-c', 'TERM="xterm-256color" /bin/sh'],
    container: 'app',
    stdin: true,
    stdout: true,
    tty: true,
  });
});

test.each([
  [
    'attach',
    `${POD}/attach?container=c&stderr=true&stdout=true`,
    { command: [], container: 'c', stdin: false, stdout: true, tty: false },
  ],
  ['port-forward', `${POD}/portforward`, { command: [], container: '', stdin: false, stdout: false, tty: false }],
  ['no query', `${POD}/exec`, { command: [], container: '', stdin: false, stdout: false, tty: false }],
  [
    'an escaped path',
    `/api/v1/namespaces/ns/pods/web%2D1/%65xec?command=id`,
    { command: ['id'], container: '', stdin: false, stdout: false, tty: false },
  ],
  [
    'slashes at the end, which the API server does not mind',
    `${POD}/exec//?command=id`,
    { command: ['id'], container: '', stdin: false, stdout: false, tty: false },
  ],
  [
    'a slash at the end for the kubelet',
    '/api/v1/nodes/n1/proxy/exec/ns/web-1/app/?command=id',
    { command: ['id'], container: 'app', stdin: false, stdout: false, tty: false },
  ],
  [
    'kubelet run',
    '/api/v1/nodes/n1/proxy/run/ns/web-1/app?cmd=cat+/etc/shadow',
    { command: ['cat', '/etc/shadow'], container: 'app', stdin: false, stdout: false, tty: false },
  ],
  [
    'kubelet exec',
    '/api/v1/nodes/n1/proxy/exec/ns/web-1/app?command=id&command=-u&input=1&output=1&tty=0',
    { command: ['id', '-u'], container: 'app', stdin: true, stdout: true, tty: false },
  ],
  [
    'kubelet exec with the uid',
    '/api/v1/nodes/n1/proxy/exec/ns/web-1/0c5f/app?command=id',
    { command: ['id'], container: 'app', stdin: false, stdout: false, tty: false },
  ],
  [
    'kubelet attach',
    '/api/v1/nodes/n1/proxy/attach/ns/web-1/app?input=1',
    { command: [], container: 'app', stdin: true, stdout: false, tty: false },
  ],
  [
    'the old node proxy',
    '/api/v1/proxy/nodes/n1/run/ns/web-1/app?cmd=id',
    { command: ['id'], container: 'app', stdin: false, stdout: false, tty: false },
  ],
])('%s', (_name, uri, wanted) => expect(parseExecRequest(uri)).toEqual(wanted));

test.each([
  POD,
  `${POD}/log?container=c`,
  '/api/v1/nodes/n1/proxy/metrics',
  '/apis/x/v1/namespaces/ns/pods/p/exec',
  '',
])('asks for no command: %s', (uri) => expect(parseExecRequest(uri)).toBeUndefined());

test('booleans as Kubernetes reads them: only absence, `false` and `0` are false; the first of several counts', () => {
  const streams = (query: string) => parseExecRequest(`${POD}/exec?${query}`);
  expect(streams('stdin=&stdout=FALSE&tty=0')).toMatchObject({ stdin: true, stdout: false, tty: false });
  expect(streams('stdin=no&stdin=false')).toMatchObject({ stdin: true });
});

test.each([
  [
    'a=1&a=2&b',
    [
      ['a', ['1', '2']],
      ['b', ['']],
    ],
  ],
  ['a=%zz&b=1', [['b', ['1']]]],
  ['a=1;b=2&c=3', [['c', ['3']]]],
  ['a=%', []],
  ['%61=%C3%A9', [['a', ['é']]]],
  ['a=%FF', [['a', ['\ufffd']]]],
  ['a=%ED%A0%80', [['a', ['\ufffd\ufffd\ufffd']]]],
  ['&&=x', [['', ['x']]]],
  ['a=b=c', [['a', ['b=c']]]],
  ['a=é+%2B', [['a', ['é +']]]],
])('query %s as url.ParseQuery', (query, wanted) => expect([...parseQuery(query)]).toEqual(wanted));
