// Identity: which records are the same record. One text per kind; the store hashes it to the 128-bit record id. Never by auditID: clients choose it.

/** What a row of the store can be; each kind has its own idea of "the same". */
export type IdentityKind = 'audit-event' | 'pushed-entry' | 'cluster-event' | 'host-line';

export interface Identity {
  readonly kind: IdentityKind;
  readonly what: string;
  /** In this order, joined by IDENTITY_SEPARATOR. The line comes last, so a newline inside it makes nothing ambiguous. */
  readonly parts: readonly string[];
}

/** A newline: it occurs in no cluster name, host, tenant or number, and printed labels escape it. */
export const IDENTITY_SEPARATOR = '\n';

export const IDENTITIES: readonly Identity[] = [
  {
    kind: 'audit-event',
    what: 'kube audit event that we collected (file, webhook, archive, agent); `line` is the canonical one',
    // No host: the file on the node and the webhook of the same server give the same event.
    parts: ['cluster', 'line'],
  },
  {
    kind: 'pushed-entry',
    what: "entry pushed through Loki's API or OTLP, whatever it holds; `labels` sorted, as Loki prints them",
    parts: ['tenant', 'labels', 'timeNanos', 'line'],
  },
  {
    kind: 'cluster-event',
    what: 'cluster Event: an update with a higher count is a new occurrence',
    parts: ['cluster', 'uid', 'count', 'lastTime'],
  },
  {
    kind: 'host-line',
    what: 'node audit, OVN, legacy text: the same words on two nodes are two things',
    parts: ['cluster', 'host', 'line'],
  },
];

/** The text that is hashed (the store hashes its last part, the line, by itself first). Throws when a part is missing: a record without identity would be stored again and again. */
export function printIdentity(kind: IdentityKind, values: Readonly<Record<string, string>>): string {
  const identity = IDENTITIES.find((one) => one.kind === kind);
  if (identity === undefined) throw new Error(`no identity for ${kind}`);
  return identity.parts
    .map((part) => {
      const value = values[part];
      if (value === undefined) throw new Error(`the identity of a ${kind} needs ${part}`);
      return value;
    })
    .join(IDENTITY_SEPARATOR);
}

/** Items of an EventList lack kind and apiVersion; with them back in front an item is byte for byte the line of the log. */
export function canonicalHead(apiVersion: string): string {
  return `{"kind":"Event","apiVersion":${JSON.stringify(apiVersion)},`;
}
