// The fold: session records in any order -> sessions, oldest first. Pure: the same records give the same sessions.
import { nodeOfKubectlDebug, stemOfOcDebug } from './debug-name.ts';
import { foldDebug } from './fold-debug.ts';
import { foldEphemeral } from './fold-ephemeral.ts';
import { foldProxied } from './fold-proxied.ts';
import { foldStream } from './fold-stream.ts';
import { linkCopies } from './link-copies.ts';
import { indexPods } from './pod-lives.ts';
import { findRestarts } from './restarts.ts';
import type { Session } from './session.ts';
import type { SessionRecord } from './session-record.ts';
import { mergeRetries, pairStages } from './session-request.ts';

const STREAMS: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

/**
 * Late records correct what is known: the answer depends on which records there are, never on their order. Each request
 * belongs to one session at most.
 */
export function foldSessions(records: readonly SessionRecord[]): readonly Session[] {
  const requests = mergeRetries(pairStages(records));
  const restarts = findRestarts(records);
  const pods = indexPods(requests, looksDebugged);
  const context = { pods, restarts };
  const debug = foldDebug(requests, context);
  const ephemeral = foldEphemeral(
    requests.filter((request) => !debug.taken.has(request)),
    context,
  );
  const sessions = [...debug.sessions, ...ephemeral.sessions];
  for (const request of requests) {
    if (debug.taken.has(request) || ephemeral.taken.has(request)) continue;
    const { resource, subresource, loginDecision } = request.record;
    const session =
      resource === 'pods' && STREAMS.has(subresource)
        ? foldStream(request, context)
        : resource === 'nodes' || loginDecision !== ''
          ? foldProxied(request, context)
          : undefined;
    if (session !== undefined) sessions.push(session);
  }
  return linkCopies(sessions.sort(compareSessions));
}

/** Creations without a name are looked for only where the name of the pod is one that tools give. */
function looksDebugged(pod: string): boolean {
  return nodeOfKubectlDebug(pod) !== undefined || stemOfOcDebug(pod) !== undefined;
}

function compareSessions(a: Session, b: Session): number {
  if (a.startNanos !== b.startNanos) return a.startNanos < b.startNanos ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
