// An id and sessions -> the session of that id, or the one that has taken in the request the id was given for.
import type { Session } from './session.ts';
import { idOf } from './session-request.ts';

/** A debug pod is known by its creation until somebody attaches; who noted the first id still finds it. */
export function findSession(sessions: readonly Session[], id: string): Session | undefined {
  return (
    sessions.find((session) => session.id === id) ??
    sessions.find(({ requests }) => requests.some((request) => idOf(request) === id))
  );
}
