// Recordings of a real kube-apiserver: counts of their README, and each session joined with the command that somebody typed.
import { expect, test } from 'vitest';
import type { SessionRow } from '../wire/index.ts';
import { foldSessions } from './fold-sessions.ts';
import { printSession } from './print-session.ts';
import { readRecords, recordedCommands, recordedLines } from './testing/lines.ts';

const fold = (name: string): readonly SessionRow[] =>
  foldSessions(readRecords(recordedLines(name))).map((session) => printSession(session, 0n));

const countBy = <T>(all: readonly T[], key: (one: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of all) counts[key(one)] = (counts[key(one)] ?? 0) + 1;
  return counts;
};

test.each(['metadata-all', 'requestresponse-all', 'mixed-aggregated'])('%s: the counts of its README', (name) => {
  const sessions = fold(name);
  const inside = sessions.filter(({ state }) => state !== 'attempt');
  expect(countBy(inside, ({ kind }) => kind)).toEqual({
    exec: 15,
    attach: 3,
    'port-forward': 2,
    'ephemeral-container': 1,
    'debug-node': 1,
    'kubelet-proxy': 1,
  });
  expect(
    countBy(
      inside.filter(({ kind }) => kind === 'exec'),
      ({ verbs }) => verbs.join(),
    ),
  ).toEqual({ get: 11, create: 4 });
  expect(
    countBy(
      inside.filter(({ kind }) => kind === 'attach'),
      ({ verbs }) => verbs.join(),
    ),
  ).toEqual({ get: 2, create: 1 });
  expect(
    inside.filter(({ kind }) => kind === 'exec').every(({ code, state }) => code === 101 && state === 'ended'),
  ).toBe(true);
  const attempts = sessions.filter(({ state }) => state === 'attempt');
  // Six requests; the two with 400 are one try over WebSocket and again over SPDY.
  expect(attempts.flatMap(({ auditIDs }) => auditIDs)).toHaveLength(6);
  expect(attempts.map(({ kind, code, verbs }) => `${kind} ${code} ${verbs.join('+')}`).sort()).toEqual([
    'exec 400 get+create',
    'exec 403 create',
    'exec 404 create',
    'exec 404 create',
    'exec 404 get',
  ]);
});

test('webhook-blocking: two refused exec and nothing else', () => {
  expect(fold('webhook-blocking').map(({ kind, state, code }) => [kind, state, code])).toEqual([
    ['exec', 'attempt', 403],
    ['exec', 'attempt', 403],
  ]);
});

/** What a shell makes of the last column: backslashes are taken away, what stood behind one belongs to the word. */
function splitCommand(text: string): readonly string[] {
  const words = text.trim().match(/(?:\\.|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replace(/\\(.)/g, '$1'));
}

interface Typed {
  readonly user: string;
  readonly failed: boolean;
  readonly verb: string;
  readonly pod: string;
  readonly argv: readonly string[];
  readonly startSeconds: number;
}

const CONNECTS = ['exec', 'attach', 'cp', 'debug'];

function typedCommands(name: string): readonly Typed[] {
  return recordedCommands(name).flatMap((line): readonly Typed[] => {
    const [start = '', user = '', , status = '', command = ''] = line.split('\t');
    const words = splitCommand(command);
    const verb = words.find((word) => CONNECTS.includes(word)) ?? '';
    if (verb === '' || !/^\d+\.\d+$/.test(start)) return [];
    const dashes = words.indexOf('--');
    const rest = words.slice(words.indexOf(verb) + 1).filter((word) => !word.startsWith('-'));
    const pod = verb === 'cp' ? (rest[1]?.split(':')[0] ?? '') : (rest[0] ?? '');
    const argv = dashes < 0 ? [] : words.slice(dashes + 1);
    return [{ user, failed: status !== '0', verb, pod, argv, startSeconds: Number(start) }];
  });
}

test.each(['metadata-all', 'requestresponse-all', 'mixed-aggregated'])(
  '%s: one session for each command typed',
  (name) => {
    const users = new Map([['admin', 'kubernetes-admin']]);
    // The load driver's own requests are in another file.
    const sessions = fold(name).filter(({ user }) => !user.startsWith('user-'));
    const left = new Set(sessions);
    const unmet: string[] = [];
    for (const { user, verb, pod, argv, startSeconds, failed } of typedCommands(name)) {
      const found = [...left].filter((session) => {
        const begun = Date.parse(session.startedAt) / 1000 - startSeconds;
        if (session.user !== (users.get(user) ?? user) || begun < 0 || begun > 1) return false;
        if (verb === 'cp') return session.form === 'cp' && session.direction === 'to-pod' && session.pod === pod;
        if (verb === 'attach') return session.kind === 'attach' && session.pod === pod;
        if (pod.startsWith('node/')) return session.kind === 'debug-node' && session.node === pod.slice(5);
        if (verb === 'debug') return session.kind === 'ephemeral-container' && session.pod === pod;
        return (
          session.kind === 'exec' && session.pod === pod && JSON.stringify(session.command) === JSON.stringify(argv)
        );
      });
      if (found.length !== 1) unmet.push(`${user} ${verb} ${pod} ${failed}: ${found.length}`);
      for (const session of found) {
        left.delete(session);
        if (!failed) expect(session.state).not.toBe('attempt');
      }
    }
    // Refused before anything was asked of exec or debug: the right to get the pod or the node was missing, or there was no such pod.
    expect(unmet).toEqual([
      'eve exec shell true: 0',
      'eve exec shell true: 0',
      'eve exec shell true: 0',
      'alice exec nope true: 0',
      'bob debug node/node-1 true: 0',
    ]);
    // What is left was not typed as kubectl exec, attach, cp or debug: curl's run, two port-forwards, and the question before the copy.
    expect([...left].map(({ kind, command }) => [kind, command.join(' ')]).sort()).toEqual([
      ['exec', 'test -d /tmp/f.txt'],
      ['kubelet-proxy', 'id'],
      ['port-forward', ''],
      ['port-forward', ''],
    ]);
  },
);

test('bodies tell more, and their absence is said', () => {
  const full = fold('requestresponse-all');
  const node = full.find(({ kind }) => kind === 'debug-node');
  expect(node).toMatchObject({
    node: 'node-1',
    image: 'busybox:1',
    command: ['sh'],
    state: 'ended',
    notKnown: expect.any(Array),
  });
  expect(node?.hostAccess).toContain('host PID namespace');
  const added = full.find(({ kind }) => kind === 'ephemeral-container');
  expect(added).toMatchObject({
    command: ['sh', '-c', 'true'],
    image: 'busybox:1',
    container: expect.stringMatching(/^debugger-/),
  });
  const bare = fold('metadata-all');
  expect(bare.find(({ kind }) => kind === 'ephemeral-container')?.notKnown.join(' ')).toMatch(
    /Image and command .* not recorded/,
  );
  const exec = bare.find(({ kind, state }) => kind === 'exec' && state === 'ended');
  expect(exec).toMatchObject({
    node: 'node-1',
    nodeBy: 'reported by its kubelet',
    binding: 'devs/dev',
    role: 'developer',
    roleKind: 'ClusterRole',
  });
  expect(exec?.notKnown.join(' ')).toMatch(/Whether the pod can reach its node .* was not recorded/);
});
