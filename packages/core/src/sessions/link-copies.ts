// A copy into a pod is two requests: whether the target is a directory, then the archive. The first is linked to the second.
import { askedDirectory } from './exec-form.ts';
import type { Session } from './session.ts';
import { isSameUser } from './session-request.ts';

const SOON_NANOS = 5_000_000_000n;

/** `sessions` in order; both stay in the list, since both were inside. */
export function linkCopies(sessions: readonly Session[]): readonly Session[] {
  return sessions.map((session, at) => {
    if (session.kind !== 'exec' || askedDirectory(session.command) === undefined) return session;
    for (const next of sessions.slice(at + 1, at + 64)) {
      if (next.startNanos - session.startNanos > SOON_NANOS) break;
      const same =
        isSameUser(session.main, next.main) && next.namespace === session.namespace && next.pod === session.pod;
      const isCopy =
        next.form?.form === 'cp' && next.form.direction === 'to-pod' && next.container === session.container;
      if (same && isCopy) return { ...session, partOf: next.id };
    }
    return session;
  });
}
