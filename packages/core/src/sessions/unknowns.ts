// What the audit log does not tell about a session, in sentences. Facts of the session in, sentences out.

import type { SessionKind } from '../wire/index.ts';
import { NODE_BY_NAME, nodeOfKubectlDebug } from './debug-name.ts';
import type { PodLife } from './pod-lives.ts';
import type { SessionState } from './session.ts';
import type { SessionRecord } from './session-record.ts';
import type { SessionRequest } from './session-request.ts';

export interface UnknownsQuestion {
  readonly kind: SessionKind;
  readonly state: SessionState;
  readonly main: SessionRequest;
  readonly interactive: boolean;
  /** Ports were forwarded, and the request names none. */
  readonly hidesPorts: boolean;
  readonly command: readonly string[];
  readonly node: string;
  readonly nodeBy: string;
  readonly pod: string;
  readonly life: PodLife | undefined;
  /** Why an end cannot be told; '' when it can. */
  readonly lostEnd: string;
}

/** Other requests have no stage at their start. */
const STREAMS: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

export function listUnknowns(question: UnknownsQuestion): readonly string[] {
  const { kind, state, main, interactive, command, node, nodeBy, pod, lostEnd } = question;
  const inside = state !== 'attempt';
  const said: string[] = [];
  const say = (holds: boolean, sentence: string): void => {
    if (holds) said.push(sentence);
  };
  say(inside && interactive, 'Commands typed inside the shell are not in the API audit log.');
  say(
    inside && !interactive && command.length > 0,
    'Exit status and output of the command are not in the API audit log.',
  );
  say(inside && kind === 'attach' && !interactive, 'What the attached process wrote is not in the API audit log.');
  say(question.hidesPorts, 'Which ports were forwarded is not in the API audit log.');
  say(
    kind === 'kubelet-proxy' && pod === '',
    'Pod and command are not in the request: a token of the kubelet stands in their place.',
  );
  if (inside) said.push(...sayBody(question));
  say(lostEnd !== '', lostEnd);
  say(
    main.startIsGuess && STREAMS.has(main.record.subresource) && inside,
    'Only the end was recorded: the start is the time of the request.',
  );
  say(
    nodeBy === NODE_BY_NAME && nodeOfKubectlDebug(pod) === undefined,
    'The node is read from the name of the pod, in which `oc` leaves out the dots of the name of a node.',
  );
  say(node === '' && pod !== '', 'On which node the pod ran is not in the stored records.');
  if (main.record.reason === '' && main.record.decision === 'allow') said.push(sayRight(main.record));
  return said;
}

/** The group that no authorizer is asked about. */
export const MASTERS = 'system:masters';

function sayRight({ userGroups, impersonatedUsername, impersonatedGroups }: SessionRecord): string {
  const groups = impersonatedUsername === '' ? userGroups : impersonatedGroups;
  return groups.includes(MASTERS)
    ? `No binding is named: the group ${MASTERS} is allowed everything.`
    : 'No binding is named: the request was allowed by something else than RBAC.';
}

/** Whether the pod could reach its node is in the body of its creation only. */
function sayBody({ kind, main, life, command }: UnknownsQuestion): readonly string[] {
  const level = main.record.level || 'its level';
  if (kind === 'ephemeral-container' && command.length === 0 && main.record.pod === undefined) {
    return [
      `Image and command of the container were not recorded: the policy records the request at ${level}, Request would keep them.`,
    ];
  }
  if (kind !== 'exec' && kind !== 'attach') return [];
  const create = life?.create;
  if (create === undefined) {
    return ['Whether the pod can reach its node is not known: its creation is not in the stored records.'];
  }
  if (create.record.pod !== undefined) return [];
  return [
    `Whether the pod can reach its node (host namespaces, host paths) was not recorded: the policy records its creation at ${create.record.level || 'Metadata'}, Request would keep it.`,
  ];
}

export const LOST_BY_RESTART = 'The API server started again before an end was recorded: when it ended is not known.';
export const LOST_BY_SOME_RESTART =
  'An API server started again before an end was recorded: when it ended is not known. Records without a host do not tell which one, so it may be open still.';
export const LOST_BY_POD = 'The pod was removed before an end was recorded: it ended by then at the latest.';
export const LOST_INSIDE = 'When the process in the container ended is not in the API audit log.';
