// Samples -> the (user, verb, resource) groups that make up the volume, and a policy that drops the noise among them and nothing else.
import { compilePolicy } from '../evaluate/compile-policy.ts';
import { type Level, levelRank, makePolicy, makeRule, type Policy } from '../policy.ts';
import { type AuditSample, isForPerson, isPerson, isSession, isWrite, nameTarget } from './audit-sample.ts';
import { buildDropRules } from './drop-rules.ts';
import { MUST_STAY, type MustStay } from './must-stay.ts';
import { keeps } from './simulation.ts';

export interface AdvisorOptions {
  /** What the cluster runs, or should start from; Metadata for everything when not given. */
  readonly base?: Policy;
  /** Marked as needed by the operator: a group with such a record is never dropped. */
  readonly keep?: readonly MustStay[];
}

export interface VolumeGroup {
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly records: number;
  readonly bytes: number;
  readonly share: number;
  readonly droppable: boolean;
  /** Why it stays, or that it goes. */
  readonly why: string;
}

export interface Advice {
  readonly groups: readonly VolumeGroup[];
  readonly totalRecords: number;
  readonly totalBytes: number;
  readonly savedRecords: number;
  readonly savedBytes: number;
  readonly policy: Policy;
  readonly comments: ReadonlyMap<number, string>;
  readonly notes: readonly string[];
}

export interface Advisor {
  readonly add: (sample: AuditSample) => void;
  readonly advise: () => Advice;
}

/** The counts of one group; `sample` stands for its requests. */
export interface GroupCount {
  readonly sample: AuditSample;
  readonly user: string;
  readonly target: string;
  records: number;
  bytes: number;
  receivedRecords: number;
  receivedBytes: number;
  refused: number;
  needed: boolean;
  /** Some of its requests were made for a person, as consoles do. */
  forPerson: boolean;
  /** Every request of the group came from a member of system:nodes. */
  ofNodes: boolean;
}

/** What an advised policy keeps, always; for the proof on every record. */
export const ADVISED_LISTS: readonly string[] = ['writes', 'refusals', 'sessions', 'people', 'secrets', 'rbac'];

const MAX_GROUPS = 200_000;
/** A policy with more rules than this would be no help; the rest of the noise is small. */
const MAX_DROPPED_GROUPS = 300;

export function createAdvisor(options: AdvisorOptions = {}): Advisor {
  const base = options.base ?? makePolicy([makeRule('Metadata')]);
  const compiled = compilePolicy(base);
  const groups = new Map<string, GroupCount>();
  let overflowed = false;
  let lowered = 0;
  const add = (sample: AuditSample): void => {
    const decision = compiled.evaluate(sample.request);
    if (!keeps(decision, sample.stage)) return;
    if (losesBody(sample, decision.level)) lowered += 1;
    const user = sample.request.user ?? '';
    const target = nameTarget(sample.request);
    const key = `${user}\n${sample.request.verb}\n${target}`;
    let group = groups.get(key);
    if (group === undefined) {
      if (groups.size >= MAX_GROUPS) {
        overflowed = true;
        return;
      }
      group = {
        sample,
        user,
        target,
        records: 0,
        bytes: 0,
        receivedRecords: 0,
        receivedBytes: 0,
        refused: 0,
        needed: false,
        forPerson: false,
        ofNodes: true,
      };
      groups.set(key, group);
    }
    const bytes = sample.bytes + 1;
    group.records += 1;
    group.bytes += bytes;
    if (sample.stage === 'RequestReceived') {
      group.receivedRecords += 1;
      group.receivedBytes += bytes;
    }
    if (sample.code === 401 || sample.code === 403) group.refused += 1;
    if (!sample.request.groups.includes('system:nodes')) group.ofNodes = false;
    if (isForPerson(sample)) group.forPerson = true;
    // Whatever the stage: a request that is still running is needed too.
    if (!group.needed) group.needed = options.keep?.some((set) => set.matches(sample)) ?? false;
  };
  return { add, advise: () => advise([...groups.values()], base, overflowed, lowered) };
}

function losesBody({ requestBytes, responseBytes }: AuditSample, level: Level): boolean {
  return (requestBytes > 0 && levelRank(level) < 2) || (responseBytes > 0 && levelRank(level) < 3);
}

function advise(groups: readonly GroupCount[], base: Policy, overflowed: boolean, lowered: number): Advice {
  const totalBytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  const totalRecords = groups.reduce((sum, group) => sum + group.records, 0);
  const sorted = [...groups].sort((a, b) => b.bytes - a.bytes);
  const reasons = new Map(sorted.map((group) => [group, whyItStays(group)]));
  const dropped = new Set(sorted.filter((group) => reasons.get(group) === undefined).slice(0, MAX_DROPPED_GROUPS));
  const { rules, comments } = buildDropRules([...dropped], sorted);
  const omitsReceived = base.omitStages.includes('RequestReceived');
  let savedBytes = 0;
  let savedRecords = 0;
  for (const group of groups) {
    savedBytes += dropped.has(group) ? group.bytes : omitsReceived ? 0 : group.receivedBytes;
    savedRecords += dropped.has(group) ? group.records : omitsReceived ? 0 : group.receivedRecords;
  }
  const notes = [
    'A policy decides before the answer is known: later refusals of the dropped requests will not be recorded either.',
  ];
  if (!omitsReceived) notes.push('The stage RequestReceived is omitted: each request keeps the record of its outcome.');
  if (lowered > 0)
    notes.push(
      `${lowered} of the given records have bodies that the advised policy would not record, since the policy it starts from does not; give the one that runs as the base to keep them.`,
    );
  if (overflowed) notes.push(`There are more than ${MAX_GROUPS} kinds of requests; the rest was left as it is.`);
  return {
    groups: sorted.map((group) => describeGroup(group, totalBytes, reasons.get(group), dropped.has(group))),
    totalRecords,
    totalBytes,
    savedRecords,
    savedBytes,
    policy: {
      ...base,
      omitStages: omitsReceived ? base.omitStages : [...base.omitStages, 'RequestReceived'],
      rules: [...rules, ...base.rules],
    },
    comments,
    notes,
  };
}

function describeGroup(
  group: GroupCount,
  totalBytes: number,
  reason: string | undefined,
  droppable: boolean,
): VolumeGroup {
  const { user, target: resource, records, bytes } = group;
  const share = totalBytes === 0 ? 0 : bytes / totalBytes;
  const why = reason ?? (droppable ? 'a machine that only reads' : 'too small to matter');
  return {
    user: user === '' ? '(none)' : user,
    verb: group.sample.request.verb,
    resource,
    records,
    bytes,
    share,
    droppable,
    why,
  };
}

/** undefined when nothing speaks against dropping the group. */
function whyItStays(group: GroupCount): string | undefined {
  const { request } = group.sample;
  if (group.needed) return 'marked as needed';
  if (isPerson(group.user)) return 'a person';
  if (group.forPerson) return 'acts for a person';
  if (isWrite(request)) return 'a write';
  if (isSession(request)) return 'a session';
  if (group.refused > 0) return `${group.refused} refused`;
  if (MUST_STAY['secrets']?.(group.sample) === true) return 'reads secrets';
  if (MUST_STAY['rbac']?.(group.sample) === true) return 'reads roles';
  if (group.user === '') return 'nobody was authenticated';
  if (group.user === 'system:anonymous' && request.isResource) return 'anonymous, so anybody';
  if (!canBeNamed(group)) return 'an odd path';
  // Verbs that are no reads (the empty one of OPTIONS, proxy) are rare and odd enough to keep.
  if (!['get', 'list', 'watch', 'head'].includes(request.verb)) return 'an unusual verb';
  return undefined;
}

/** Clients choose the words of a path: `/api/v1/*` must not become a rule that drops everything, nor make the policy invalid. */
function canBeNamed({ sample: { request } }: GroupCount): boolean {
  if (!request.isResource) return request.path.startsWith('/') && !request.path.includes('*');
  const name = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;
  return (
    name.test(request.resource) &&
    [request.apiGroup, request.subresource].every((text) => text === '' || name.test(text))
  );
}
