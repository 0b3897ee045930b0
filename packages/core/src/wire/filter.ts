// Filter: what a question keeps, from flags or query parameters. The planner turns it into SQL.

/** How one value of a flag is meant to match. */
export type Match =
  | { readonly kind: 'equals'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'regexp'; readonly text: string }
  /** Codes: an inclusive range; `403` is 403 to 403, `4xx` is 400 to 499. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  /** Addresses in canonical CIDR form; a single address is a /32 or /128. */
  | { readonly kind: 'cidr'; readonly text: string }
  /** `pods`, `pods/exec`, `deployments.apps`, `pods/*`, `*`; subresource undefined = only the resource itself, '*' = any or none. */
  | {
      readonly kind: 'resource';
      readonly resource: string;
      readonly group: string | undefined;
      readonly subresource: string;
    }
  /** Annotations: the key is there, or has the value. */
  | { readonly kind: 'annotation'; readonly key: string; readonly value: string | undefined };

export interface Choice {
  readonly negated: boolean;
  readonly match: Match;
}

/** The flags that filter by a field of the record. The command line's `--name` and the API's `name=` are the same word. */
export const FILTER_FLAGS = [
  'user',
  'impersonated-user',
  'group',
  'verb',
  'resource',
  'namespace',
  'name',
  'code',
  'decision',
  'source-ip',
  'peer-ip',
  'user-agent',
  'uri',
  'stage',
  'level',
  'annotation',
  'host',
  'component',
  'cluster',
  'audit-id',
] as const;
export type FilterFlag = (typeof FILTER_FLAGS)[number];

/** Repeated values of one flag are or-ed (negated ones: none of them), different flags and-ed. */
export interface Condition {
  readonly flag: FilterFlag;
  readonly choices: readonly Choice[];
}

export interface Filter {
  readonly conditions: readonly Condition[];
  /** Codes 400 and above, and panics. */
  readonly failed: boolean;
  /** Shortest duration in nanoseconds. */
  readonly minDurationNanos: bigint | undefined;
  /** Inclusive, nanoseconds since 1970. */
  readonly fromNanos: bigint | undefined;
  /** Exclusive, nanoseconds since 1970. */
  readonly untilNanos: bigint | undefined;
  /** false: finished records and open requests; true: every record. */
  readonly allStages: boolean;
  /** Only the newest N of what the rest keeps, before anything is counted. */
  readonly last: number | undefined;
}
