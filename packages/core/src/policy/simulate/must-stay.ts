// What must stay in the log whatever a policy drops: named sets of requests that a simulation watches over.
import { type AuditSample, isForPerson, isSession, isWrite } from './audit-sample.ts';

export interface MustStay {
  readonly name: string;
  readonly matches: (sample: AuditSample) => boolean;
  /** Whether each record counts for itself; otherwise a request counts once, by its outcome. */
  readonly everyStage?: boolean;
}

const SECRET_RESOURCES = new Set(['secrets', 'oauthaccesstokens', 'oauthauthorizetokens', 'oauthclients']);

export const MUST_STAY: Readonly<Record<string, (sample: AuditSample) => boolean>> = {
  writes: ({ request }) => isWrite(request),
  refusals: ({ code }) => code === 401 || code === 403,
  sessions: ({ request }) => isSession(request),
  secrets: ({ request }) =>
    request.isResource &&
    (SECRET_RESOURCES.has(request.resource) ||
      (request.resource === 'serviceaccounts' && request.subresource === 'token')),
  rbac: ({ request }) =>
    request.isResource &&
    (request.apiGroup === 'rbac.authorization.k8s.io' || request.apiGroup === 'authorization.openshift.io'),
  people: isForPerson,
};

export function findMustStay(name: string): MustStay | undefined {
  const aliases: Readonly<Record<string, string>> = {
    exec: 'sessions',
    attach: 'sessions',
    refused: 'refusals',
    denied: 'refusals',
    write: 'writes',
    humans: 'people',
  };
  const known = aliases[name] ?? name;
  const matches = Object.hasOwn(MUST_STAY, known) ? MUST_STAY[known] : undefined;
  return matches === undefined ? undefined : { name, matches };
}
