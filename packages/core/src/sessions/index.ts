// Front door of sessions: which audit records matter, the narrow record they become, the fold, who can, and how sessions are printed.

export { describePod } from './describe-pod.ts';
export { findSession } from './find-session.ts';
export { foldSessions } from './fold-sessions.ts';
export { type PodFacts, type PodTexts, parsePodFacts } from './pod-facts.ts';
export { printSession } from './print-session.ts';
export { type AuditRecord, readSessionRecord } from './read-session-record.ts';
export type { Session, SessionState } from './session.ts';
export {
  DEBUG_SOURCE,
  LOGIN_DECISION,
  LOGIN_NAME,
  MANAGED_BY,
  SESSION_CHOICES,
  type SessionChoice,
  STARTING_CHOICES,
  UNCHOSEN_STAGE,
} from './session-choices.ts';
export { listNewEntries, listSessionEntries, type SessionEntry } from './session-entries.ts';
export { filterSessions } from './session-filter.ts';
export { secondOfSessionId } from './session-id.ts';
export type { SessionRecord } from './session-record.ts';
export { type AccessRow, findWhoCan, type WhoCan } from './who-can.ts';
