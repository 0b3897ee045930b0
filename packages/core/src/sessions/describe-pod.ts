// What the pod of a session was, in sentences: who made it, its images, its service account, whether it could reach its node.
import { printTime } from '../event/index.ts';
import { describeHostAccess } from './pod-facts.ts';
import type { Session } from './session.ts';

export function describePod(session: Session): readonly string[] {
  const { pod, podCreate, podFacts } = session;
  if (pod === '') return [];
  if (podCreate === undefined) return ['Its creation is not in the stored records.'];
  const { record } = podCreate;
  const creator = record.impersonatedUsername === '' ? '' : ` as ${record.impersonatedUsername}`;
  const made = `Created by ${record.username}${creator} at ${printTime(podCreate.startNanos)} with ${record.userAgent || 'an unnamed client'}.`;
  if (podFacts === undefined) {
    return [
      made,
      `What it was made of was not recorded: the policy records its creation at ${record.level || 'Metadata'}.`,
    ];
  }
  const reach = describeHostAccess(podFacts);
  return [
    made,
    ...podFacts.containers.map(({ name, image }) => `Container ${name}: image ${image}.`),
    ...(podFacts.serviceAccount === '' ? [] : [`Service account ${podFacts.serviceAccount}.`]),
    ...(podFacts.fixedNode === '' ? [] : [`Its node was fixed: ${podFacts.fixedNode}.`]),
    ...(podFacts.isPrivileged ? ['A container is privileged.'] : []),
    ...podFacts.hostPaths.map((path) => `It mounted ${path} of its node.`),
    reach.length === 0
      ? 'Its body names neither host namespaces nor hostPath /.'
      : `It could reach its node: ${reach.join(', ')}.`,
  ];
}
