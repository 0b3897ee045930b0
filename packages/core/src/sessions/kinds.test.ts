// Each kind of session: a true case, look-alikes that are none, and what cannot be known at the audit level of the log.
import { expect, test } from 'vitest';
import type { SessionRow } from '../wire/index.ts';
import { foldSessions } from './fold-sessions.ts';
import { printSession } from './print-session.ts';
import { type Made, makeRecords } from './testing/lines.ts';

const OC = 'oc/4.14.0 (linux/amd64) kubernetes/abc';
const POD = '/api/v1/namespaces/shop/pods';
const exec = (pod: string, at: number, more: Partial<Made> = {}): Made => ({
  verb: 'get',
  uri: `${POD}/${pod}/exec?command=id&container=main&stdout=true`,
  at,
  ...more,
});
const attach = (pod: string, at: number, more: Partial<Made> = {}): Made => ({
  verb: 'create',
  uri: `${POD}/${pod}/attach?container=main&stdin=true&stdout=true&tty=true`,
  at,
  ...more,
});
const create = (name: string | undefined, at: number, more: Partial<Made> = {}): Made => ({
  verb: 'create',
  uri: POD,
  at,
  agent: OC,
  ...(name === undefined ? {} : { name }),
  ...more,
});
const remove = (pod: string, at: number, more: Partial<Made> = {}): Made => ({
  verb: 'delete',
  uri: `${POD}/${pod}`,
  at,
  ...more,
});
const body = (spec: object, metadata: object = {}): Partial<Made> => ({
  level: 'RequestResponse',
  request: { kind: 'Pod', metadata, spec },
  response: { kind: 'Pod', metadata, spec: { serviceAccountName: 'default', ...spec } },
});
const HOST = {
  hostPID: true,
  nodeName: 'n1',
  volumes: [{ hostPath: { path: '/' } }],
  containers: [{ name: 'main', image: 'busybox' }],
};

const fold = (...made: readonly Made[]): readonly SessionRow[] =>
  foldSessions(makeRecords(...made)).map((session) => printSession(session, 0n));
const kinds = (...made: readonly Made[]): string[] => fold(...made).map(({ kind, state }) => `${kind} ${state}`);

test('exec: both verbs, both or either stage, open, by whom and from where', () => {
  const [row] = fold(exec('web', 1));
  expect(row).toMatchObject({ kind: 'exec', form: 'command', user: 'alice', command: ['id'], durationSeconds: 5 });
  expect(row).toMatchObject({ sourceIP: '10.0.0.9', sourceIPs: ['203.0.113.7', '10.0.0.9'] });
  expect(kinds(exec('web', 1, { verb: 'create' }))).toEqual(['exec ended']);
  expect(kinds(exec('web', 1, { lasts: undefined }))).toEqual(['exec open']);
  const onlyEnd = foldSessions(makeRecords(exec('web', 1)).filter(({ stage }) => stage === 'ResponseComplete'));
  expect(onlyEnd).toMatchObject([
    { state: 'ended', notKnown: expect.arrayContaining([expect.stringMatching(/Only the end/)]) },
  ]);
});

test('exec: what merely looks like it', () => {
  expect(
    kinds(
      { verb: 'get', uri: '/api/v1/namespaces/shop/configmaps/exec', at: 1 },
      { verb: 'list', uri: `${POD}?labelSelector=path%3D/exec%3Fcommand%3Dsh`, at: 2 },
      { verb: 'get', uri: '/apis/search/v1/query?q=/api/v1/namespaces/shop/pods/web/exec?command=sh', at: 3 },
      { verb: 'get', uri: `${POD}/web/execute`, at: 4 },
      { verb: 'get', uri: '/exe', at: 5 },
      // Other groups have pods too.
      { verb: 'get', uri: '/apis/example.com/v1/namespaces/shop/pods/web/exec', at: 6 },
      // A log line that quotes an exec URI, here in a user agent.
      { verb: 'get', uri: `${POD}/web`, at: 7, agent: 'x" "requestURI":"/api/v1/namespaces/a/pods/b/exec?command=sh' },
    ),
  ).toEqual([]);
});

test('exec: refused by its code, and one try over WebSocket and SPDY', () => {
  const refused = { code: 403, lasts: 0 };
  const both = fold(exec('web', 1, refused), exec('web', 1.2, { ...refused, verb: 'create' }));
  expect(both).toMatchObject([{ state: 'attempt', verbs: ['get', 'create'], code: 403 }]);
  expect(both[0]?.auditIDs).toHaveLength(2);
  // The second way worked: one session. A second try by hand, another command, another user: tries of their own.
  expect(kinds(exec('web', 1, { code: 400, lasts: 0 }), exec('web', 1.2, { verb: 'create' }))).toEqual(['exec ended']);
  expect(fold(exec('web', 1, refused), exec('web', 20, { ...refused, verb: 'create' }))).toHaveLength(2);
  expect(fold(exec('web', 1, refused), exec('web', 1.2, { ...refused, verb: 'create', user: 'bob' }))).toHaveLength(2);
  // Decision allow with code 403 happens: the code tells.
  const gate = { ...refused, annotations: { 'authorization.k8s.io/decision': 'allow' } };
  expect(kinds(exec('web', 1, gate))).toEqual(['exec attempt']);
});

test('one auditID is not one request', () => {
  const same = { auditID: 'forged' };
  expect(
    fold(exec('web', 1, same), exec('web', 1, { ...same, user: 'bob' }), exec('db', 1, same), exec('web', 9, same)),
  ).toHaveLength(4);
});

test('forms: rsh by its shell, cp by its tar', () => {
  const form = (...argv: string[]) => {
    const query = argv.map((one) => `command=${encodeURIComponent(one)}`).join('&');
    const [row] = fold({ ...exec('web', 1), uri: `${POD}/web/exec?${query}&container=main` });
    return [row?.form, row?.direction, row?.path].filter((one) => one !== '').join(' ');
  };
  expect(form('/bin/sh', '-c', 'TERM="xterm-256color" /bin/sh')).toBe('rsh');
  expect(form('/bin/bash', '-c', 'TERM="xterm" /bin/sh')).toBe('rsh');
  expect(form('sh', '-c', 'echo TERM="xterm" /bin/sh')).toBe('command');
  expect(form('bash')).toBe('command');
  expect(form('tar', 'cf', '-', '/etc/passwd')).toBe('cp from-pod /etc/passwd');
  expect(form('sh', '-c', 'tar cf - /data/a b | tail -c+123')).toBe('cp from-pod /data/a b');
  expect(form('tar', '-xmf', '-', '-C', '/tmp')).toBe('cp to-pod /tmp');
  expect(form('tar', '--no-same-permissions', '--no-same-owner', '-xmf', '-', '-C', '/srv')).toBe('cp to-pod /srv');
  // `oc rsync` without rsync in the container.
  expect(form('tar', '-C', '/var/lib', '-c', 'data')).toBe('cp from-pod /var/lib/data');
  expect(form('tar', '-C', '/data/', '-c', '.', '--exclude=*.tmp')).toBe('cp from-pod /data/');
  expect(form('tar', '-C', '/', '-c', 'etc', 'root', '--exclude=x')).toBe('cp from-pod /etc /root');
  expect(form('tar', '-C', '/opt', '-ox', '-v')).toBe('cp to-pod /opt');
  expect(form('tar', '-C', '/opt', '-x', '-f', '/tmp/a.tar')).toBe('command');
  expect(form('tar', '-C', '/opt', '-c', '-f', '/tmp/a.tar', 'x')).toBe('command');
  expect(form('tar', 'czf', '/backup.tgz', '/data')).toBe('command');
  expect(form('tar', 'tf', '-')).toBe('command');
  expect(form('cat', 'tar', 'cf', '-', 'x')).toBe('command');
});

test('attach and port-forward, and what the log does not tell of them', () => {
  const [row] = fold({ ...attach('web', 1), uri: `${POD}/web/attach?container=main&stdout=true&stderr=true` });
  expect(row).toMatchObject({ kind: 'attach', tty: false, stdin: false });
  const [forward] = fold({ verb: 'get', uri: `${POD}/web/portforward`, at: 1 });
  expect(forward).toMatchObject({ kind: 'port-forward', state: 'ended' });
  expect(forward?.notKnown.join()).toMatch(/Which ports/);
  // Libraries that open a WebSocket for each port say which.
  const [named] = fold({ verb: 'get', uri: `${POD}/web/portforward?ports=8080&ports=9090%2C8080&ports=x`, at: 1 });
  expect(named).toMatchObject({ ports: ['8080', '9090'] });
  expect(named?.notKnown.join()).not.toMatch(/ports/);
  expect(
    kinds(
      { verb: 'get', uri: '/api/v1/namespaces/shop/services/attach', at: 1 },
      { verb: 'get', uri: `${POD}/portforward`, at: 2 },
      { verb: 'get', uri: `${POD}/web/log?follow=true`, at: 3 },
      { verb: 'get', uri: '/api/v1/namespaces/shop/services/web/portforward', at: 4 },
    ),
  ).toEqual([]);
});

test('debug-pod: the name of old oc, the random suffix of new oc with or without a recorded name, a copy by kubectl', () => {
  expect(
    fold(create('web-0-debug', 1), attach('web-0-debug', 5, { agent: OC }), remove('web-0-debug', 12)),
  ).toMatchObject([
    { kind: 'debug-pod', debuggedPod: 'web-0', auditIDs: { length: 3 }, startedAt: '2026-11-20T10:00:05.010000Z' },
  ]);
  expect(fold(create(undefined, 1), attach('web-0-debug-5zzz6', 5, { agent: OC }))).toMatchObject([
    { kind: 'debug-pod', debuggedPod: 'web-0', auditIDs: { length: 2 } },
  ]);
  const marked = { annotations: { 'debug.openshift.io/source-resource': 'v1/pods/web-0' }, name: 'odd' };
  expect(fold(create('odd', 1, body({ containers: [{ name: 'main' }] }, marked)), attach('odd', 5))).toMatchObject([
    { kind: 'debug-pod', debuggedPod: 'web-0' },
  ]);
  // As oc and the console really write it.
  const source = (text: string) => ({ annotations: { 'debug.openshift.io/source-resource': text }, name: 'odd' });
  const bySource = (text: string) =>
    fold(create('odd', 1, body({ containers: [{ name: 'main' }] }, source(text))), attach('odd', 5));
  expect(bySource('/v1, Resource=pods/web-0')).toMatchObject([{ kind: 'debug-pod', debuggedPod: 'web-0' }]);
  expect(bySource('/v1, Resource=nodes/ip-10-0-1-2.ec2.internal')).toMatchObject([
    {
      kind: 'debug-node',
      node: 'ip-10-0-1-2.ec2.internal',
      nodeBy: 'named in the body of the pod',
      debuggedPod: '',
    },
  ]);
  expect(bySource('apps/v1, Resource=deployments/web')).toMatchObject([{ kind: 'debug-pod', debuggedPod: '' }]);
  const copy = fold(create('copy', 1, { agent: 'kubectl/v1.33.1 (linux)' }), attach('copy', 5));
  expect(copy).toMatchObject([{ kind: 'debug-pod', debuggedPod: '' }]);
  expect(copy[0]?.notKnown.join()).toMatch(/of which pod is not known/);
});

test('debug-pod: an ordinary pod called x-debug, and somebody else in a debug pod', () => {
  const applied = { uri: `${POD}?fieldManager=kubectl-create`, agent: 'kubectl/v1.33.1' };
  expect(kinds(create('x-debug', 1, applied), exec('x-debug', 5))).toEqual(['exec ended']);
  expect(kinds(create('x-debug', 1, applied), attach('x-debug', 5), remove('x-debug', 20))).toEqual(['attach ended']);
  expect(kinds(attach('x-debug', 5))).toEqual(['attach ended']);
  expect(
    kinds(create('x-debug', 1, { user: 'system:serviceaccount:ci:bot', agent: 'bot/1' }), exec('x-debug', 5)),
  ).toEqual(['exec ended']);
  expect(kinds(create('x-debug', 1), attach('x-debug', 4000))).toEqual(['attach ended']);
  expect(kinds(create('web-debug', 1), attach('web-debug', 5), exec('web-debug', 6, { user: 'bob' })).sort()).toEqual([
    'debug-pod ended',
    'exec ended',
  ]);
});

test('debug-node: every generation of clients', () => {
  const old = {
    agent: OC,
    uri: `${POD}/ip-10-0-1-2ap-northeast-1computeinternal-debug/attach?container=container-00&stdin=true&tty=true`,
  };
  expect(
    fold(create('ip-10-0-1-2ap-northeast-1computeinternal-debug', 1), { ...attach('x', 5), ...old }),
  ).toMatchObject([
    {
      kind: 'debug-node',
      node: 'ip-10-0-1-2ap-northeast-1computeinternal',
      nodeBy: 'read from the name of the pod',
      notKnown: expect.arrayContaining([expect.stringMatching(/leaves out the dots/)]),
    },
  ]);
  const ns = '/api/v1/namespaces/openshift-debug-x7k2p/pods';
  expect(
    fold(
      { verb: 'create', uri: ns, at: 1, agent: OC },
      {
        verb: 'get',
        uri: `${ns}/worker2-debug-5zzz6/attach?container=container-00&stdin=true&tty=true`,
        at: 5,
        agent: OC,
      },
      { verb: 'delete', uri: `${ns}/worker2-debug-5zzz6`, at: 20, agent: OC },
    ),
  ).toMatchObject([{ kind: 'debug-node', node: 'worker2', pod: 'worker2-debug-5zzz6', auditIDs: { length: 3 } }]);
  const kubectl = create('node-debugger-ip-10-0-1-2.ec2.internal-x2v4b', 1, { agent: 'kubectl/v1.27.16' });
  const into = attach('node-debugger-ip-10-0-1-2.ec2.internal-x2v4b', 4, { lasts: undefined });
  expect(fold(kubectl, into)).toMatchObject([{ kind: 'debug-node', node: 'ip-10-0-1-2.ec2.internal', state: 'open' }]);
  expect(kinds(kubectl)).toEqual(['debug-node open']);
});

test('debug-node: another name for oc hides nothing', () => {
  const agent = 'tool/4.14.0 (linux/amd64) kubernetes/abc';
  const into = (container: string) => ({
    ...attach('n1-debug', 5),
    uri: `${POD}/n1-debug/attach?container=${container}`,
  });
  expect(kinds(create('n1-debug', 1, { agent }), into('container-00'))).toEqual(['debug-node ended']);
  expect(kinds(create('n1-debug', 1, { agent }), into('main'))).toEqual(['attach ended']);
  const applied = { agent, uri: `${POD}?fieldManager=tool` };
  expect(kinds(create('n1-debug', 1, applied), into('container-00'))).toEqual(['attach ended']);
});

test('debug-node: names alone are not enough, and a recorded body decides', () => {
  const run = { uri: `${POD}?fieldManager=kubectl-run`, agent: 'kubectl/v1.33.1' };
  expect(kinds(create('node-debugger-n1-x2v4b', 1, run), attach('node-debugger-n1-x2v4b', 4))).toEqual([
    'attach ended',
  ]);
  const plain = body({ containers: [{ name: 'main' }] });
  expect(kinds(create('node-debugger-n1-x2v4b', 1, { agent: 'kubectl/v1.33.1', ...plain }))).toEqual([]);
  expect(kinds(attach('node-debugger-n1-aeiou', 4))).toEqual(['attach ended']);
  const [row] = fold(create('n1-debug', 1), {
    ...attach('n1-debug', 5, { agent: OC }),
    uri: `${POD}/n1-debug/attach?container=container-00`,
  });
  expect(row?.notKnown.join()).toMatch(/body of the pod was not recorded/);
});

test('ephemeral-container: the addition and its attach are one; reading, dry runs and other containers are not', () => {
  const added: Made = { verb: 'patch', uri: `${POD}/web/ephemeralcontainers`, at: 1 };
  const into = (container: string, at: number): Made => ({
    ...attach('web', at),
    uri: `${POD}/web/attach?container=${container}&stdin=true&tty=true`,
  });
  expect(fold(added, into('debugger-x2v4b', 4))).toMatchObject([
    { kind: 'ephemeral-container', state: 'ended', auditIDs: { length: 2 } },
  ]);
  const spec = { ephemeralContainers: [{ name: 'dbg', image: 'alpine', command: ['sh'] }] };
  expect(fold({ ...added, level: 'Request', request: { spec } }, into('dbg', 4))).toMatchObject([
    { kind: 'ephemeral-container', image: 'alpine', container: 'dbg', command: ['sh'], tty: true },
  ]);
  expect(fold(added)[0]).toMatchObject({ state: 'unknown', endedAt: null, image: '' });
  expect(fold(added)[0]?.notKnown.join()).toMatch(/Image and command .* Metadata/);
  expect(kinds({ ...added, uri: `${added.uri}?dryRun=All` }, { ...added, verb: 'get' })).toEqual([]);
  expect(kinds(added, into('main', 4))).toEqual(['ephemeral-container unknown', 'attach ended']);
  expect(kinds({ ...added, code: 403 })).toEqual(['ephemeral-container attempt']);
});

test('look-alike: whatever its name, by the same user within ten minutes; bodies must be recorded', () => {
  const made = create('innocent', 1, { ...body(HOST), uri: `${POD}?fieldManager=kubectl-create` });
  expect(fold(made, exec('innocent', 60))).toMatchObject([
    {
      kind: 'look-alike',
      node: 'n1',
      image: 'busybox',
      command: ['id'],
      hostAccess: { length: 2 },
      auditIDs: { length: 2 },
    },
  ]);
  expect(kinds(made, exec('innocent', 60, { user: 'bob' }))).toEqual(['exec ended']);
  expect(kinds(made, exec('innocent', 700))).toEqual(['exec ended']);
  const logs = { volumes: [{ hostPath: { path: '/var/log' } }], containers: [{ name: 'main' }] };
  const asks = (spec: object) => kinds({ ...made, ...body(spec) }, exec('innocent', 60));
  expect(asks(logs)).toEqual(['exec ended']);
  // A fixed node alone opens nothing; beside something of the node it does.
  expect(asks({ nodeName: 'n1', containers: [{ name: 'main' }] })).toEqual(['exec ended']);
  expect(asks({ ...logs, nodeName: 'n1' })).toEqual(['look-alike ended']);
  const hostname = { nodeSelector: { 'kubernetes.io/hostname': 'n3' } };
  const privileged = { containers: [{ name: 'main', securityContext: { privileged: true } }] };
  expect(asks({ ...privileged, ...hostname })).toEqual(['look-alike ended']);
  expect(asks({ ...privileged, nodeSelector: { 'kubernetes.io/os': 'linux' } })).toEqual(['exec ended']);
  expect(asks({ hostNetwork: true, containers: [] })).toEqual(['look-alike ended']);
  for (const path of ['//', '/.', '/./']) {
    expect(asks({ volumes: [{ hostPath: { path } }], containers: [] })).toEqual(['look-alike ended']);
  }
  expect(asks({ volumes: [{ hostPath: { path: '/.cache' } }], containers: [] })).toEqual(['exec ended']);
  // Acting for somebody in between hides nobody; a proxy that acts for everybody is not one person.
  const as = (username: string): Partial<Made> => ({ impersonated: { username } });
  expect(kinds({ ...made, ...as('root') }, exec('innocent', 60))).toEqual(['look-alike ended']);
  expect(kinds(made, exec('innocent', 60, as('root')))).toEqual(['look-alike ended']);
  expect(kinds({ ...made, ...as('carol') }, exec('innocent', 60, as('dave')))).toEqual(['exec ended']);
  // A name or a mark of a debug pod hides it as little as any other name.
  const marked = { annotations: { 'debug.openshift.io/source-resource': '/v1, Resource=pods/web-0' } };
  expect(kinds(create('innocent', 1, body(HOST, marked)), attach('innocent', 5))).toEqual(['look-alike ended']);
  const copied = create('copy', 1, { agent: 'kubectl/v1.33.1 (linux)', ...body(HOST) });
  expect(fold(copied, attach('copy', 5), remove('copy', 20))).toMatchObject([
    { kind: 'look-alike', auditIDs: { length: 3 } },
  ]);
  const [row] = fold(create('innocent', 1, { uri: `${POD}?fieldManager=kubectl-create` }), exec('innocent', 60));
  expect(row).toMatchObject({ kind: 'exec' });
  expect(row?.notKnown.join()).toMatch(/host namespaces.*not recorded.*Metadata/);
});

test('kubelet-proxy: streams and commands, not what monitoring reads', () => {
  const proxy = '/api/v1/nodes/n1/proxy';
  expect(
    fold({ verb: 'create', uri: `${proxy}/run/shop/web/main?cmd=cat+/etc/shadow`, at: 1, code: 200 }),
  ).toMatchObject([
    {
      kind: 'kubelet-proxy',
      form: 'run',
      node: 'n1',
      namespace: 'shop',
      pod: 'web',
      container: 'main',
      command: ['cat', '/etc/shadow'],
    },
  ]);
  // The kubelet that was asked stands in the request, whatever another says of a pod of that name.
  const seen: Made = { verb: 'patch', uri: `${POD}/web/status`, at: 0, user: 'system:node:n2' };
  expect(fold(seen, { verb: 'get', uri: `${proxy}/exec/shop/web/main?command=sh`, at: 1 })).toMatchObject([
    { node: 'n1', nodeBy: 'named in the request' },
  ]);
  const hidden = `/api/v1/nodes/https:n1:10250/proxy/%65xec/shop/web/main?command=sh&input=1&tty=1`;
  expect(fold({ verb: 'get', uri: hidden, at: 1 })).toMatchObject([
    { form: 'exec', node: 'n1', command: ['sh'], tty: true },
  ]);
  expect(kinds({ verb: 'get', uri: `${proxy}/exec/shop/web/main?command=sh`, at: 1, code: 403, lasts: 0 })).toEqual([
    'kubelet-proxy attempt',
  ]);
  expect(
    kinds(
      { verb: 'get', uri: `${proxy}/containerLogs/shop/exec/main`, at: 1, code: 200 },
      { verb: 'get', uri: `${proxy}/metrics?x=/exec/a/b/c`, at: 2, code: 200 },
      { verb: 'get', uri: '/api/v1/namespaces/shop/services/web/proxy/exec/a/b/c', at: 3, code: 200 },
    ),
  ).toEqual([]);
});

test('login: allowed, denied, and requests that are none', () => {
  const login = (decision: string): Made => ({
    verb: 'post',
    uri: '/login',
    at: 1,
    code: 302,
    user: 'system:anonymous',
    annotations: {
      'authentication.openshift.io/decision': decision,
      'authentication.openshift.io/username': 'kubeadmin',
    },
  });
  expect(fold(login('allow'))).toMatchObject([{ kind: 'login', state: 'ended', loginName: 'kubeadmin' }]);
  expect(kinds(login('deny'))).toEqual(['login attempt']);
  // At a level that keeps no annotations, and on another server, a page of that name is no login.
  expect(
    kinds(
      { verb: 'post', uri: '/login', at: 1, code: 302 },
      { verb: 'get', uri: '/oauth/authorize', at: 2, code: 302 },
    ),
  ).toEqual([]);
});
