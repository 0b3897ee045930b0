// Bodies of the policy endpoints: JSON values -> typed requests, or the sentence that says which member is wrong.
import type {
  PolicyAdviseBody,
  PolicyBody,
  PolicyCheckBody,
  PolicyConvertBody,
  PolicyDiffBody,
  PolicyEvalBody,
  PolicyExplainBody,
  PolicyProfileBody,
  PolicySimulateBody,
} from '../schemas/index.ts';
import type { Filter } from './filter.ts';
import { suggest } from './nearest.ts';
import type { Params, Parsed } from './parse-filter.ts';
import { parseFilterRequest } from './requests.ts';

/** What fits into a ConfigMap; the command line reads four times as much. Larger ones would hold up the server while they are read. */
export const MAX_POLICY_CHARS = 1024 * 1024;
export const MAX_EVAL_REQUESTS = 10_000;
export const MAX_SIMULATION_ROWS = 10_000;

type Members = Readonly<Record<string, unknown>>;
/** Why a member is wrong, as the end of a sentence that begins with its name; undefined when it is right. */
type Check = (value: unknown) => string | undefined;

const isText = (value: unknown): value is string => typeof value === 'string';
const text: Check = (value) => (isText(value) ? undefined : 'is not a text');
const texts: Check = (value) => (Array.isArray(value) && value.every(isText) ? undefined : 'is not a list of texts');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'is neither true nor false');
const object: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'is not an object';
const positive: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? undefined : 'is not a number above zero';
const rows: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_SIMULATION_ROWS
    ? undefined
    : `is not a whole number from 1 to ${MAX_SIMULATION_ROWS}`;
const policy: Check = (value) => {
  if (!isText(value)) return 'is not a text; send the policy as YAML or JSON in it';
  if (value.length <= MAX_POLICY_CHARS) return undefined;
  return 'is longer than the 1 MiB that fits into a ConfigMap; `kubewitness policy` on the command line reads up to 4 MiB';
};
const requests: Check = (value) => {
  if (!Array.isArray(value) || value.some((one) => object(one) !== undefined)) return 'is not a list of objects';
  return value.length <= MAX_EVAL_REQUESTS ? undefined : `has more than ${MAX_EVAL_REQUESTS} rows; send them in parts`;
};
const customRules: Check = (value) =>
  Array.isArray(value) &&
  value.every(
    (one) => object(one) === undefined && isText(Reflect.get(one, 'group')) && isText(Reflect.get(one, 'profile')),
  )
    ? undefined
    : 'is not a list of {"group": …, "profile": …}';

interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

function parseMembers(body: unknown, { required, optional = {} }: Shape): Parsed<Members> {
  const fail = (problem: string) => ({ ok: false, problem }) as const;
  const names = [...Object.keys(required), ...Object.keys(optional)];
  if (object(body) !== undefined) return fail(`the body is not a JSON object; send its members: ${names.join(', ')}.`);
  const members: Members = { ...Object(body) };
  for (const name of Object.keys(required))
    if (members[name] === undefined) return fail(`${JSON.stringify(name)} is missing in the body.`);
  for (const [name, value] of Object.entries(members)) {
    const check = new Map(Object.entries({ ...required, ...optional })).get(name);
    if (check === undefined)
      return fail(`${JSON.stringify(name)} is not a member of this body; ${suggest(name, names)}`);
    const problem = check(value);
    if (problem !== undefined) return fail(`${JSON.stringify(name)} ${problem}.`);
  }
  return { ok: true, value: members };
}

/** The checks above have looked at every member, which the compiler cannot see. */
function trust<T>(parsed: Parsed<Members>): Parsed<T> {
  return parsed.ok ? { ok: true, value: parsed.value as T } : parsed;
}

export const parsePolicyBody = (body: unknown) => trust<PolicyBody>(parseMembers(body, { required: { policy } }));

export const parsePolicyExplainBody = (body: unknown) =>
  trust<PolicyExplainBody>(parseMembers(body, { required: { policy }, optional: { request: object } }));

export const parsePolicyEvalBody = (body: unknown) =>
  trust<PolicyEvalBody>(parseMembers(body, { required: { policy, requests } }));

export const parsePolicySimulateBody = (body: unknown) =>
  trust<PolicySimulateBody>(
    parseMembers(body, {
      required: { policy },
      optional: {
        filter: object,
        mustStay: texts,
        selectors: texts,
        top: rows,
        keepDays: positive,
        servers: positive,
        diskBytes: positive,
      },
    }),
  );

export const parsePolicyDiffBody = (body: unknown) =>
  trust<PolicyDiffBody>(parseMembers(body, { required: { old: policy, new: policy }, optional: { filter: object } }));

export const parsePolicyAdviseBody = (body: unknown) =>
  trust<PolicyAdviseBody>(
    parseMembers(body, {
      required: {},
      optional: {
        base: policy,
        filter: object,
        needed: texts,
        selectors: texts,
        top: rows,
        keepDays: positive,
        servers: positive,
        diskBytes: positive,
      },
    }),
  );

export const parsePolicyCheckBody = (body: unknown) =>
  trust<PolicyCheckBody>(parseMembers(body, { required: { policy }, optional: { filter: object } }));

export const parsePolicyProfileBody = (body: unknown) =>
  trust<PolicyProfileBody>(
    parseMembers(body, { required: { name: text }, optional: { customRules, before418: flag } }),
  );

export const parsePolicyConvertBody = (body: unknown) =>
  trust<PolicyConvertBody>(parseMembers(body, { required: { policy }, optional: { to: text } }));

export interface BodyFilter {
  readonly filter: Filter;
  /** The same as query parameters, for the log of reads. */
  readonly query: string;
}

/** `{"since": "7d", "cluster": ["a", "b"]}` means what `since=7d&cluster=a&cluster=b` means. Every stage is read. */
export function parseBodyFilter(filter: Members = {}, nowNanos: bigint): Parsed<BodyFilter> {
  const params = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(filter)) {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!list.every((one) => ['string', 'boolean', 'number'].includes(typeof one)))
      return { ok: false, problem: `filter.${name} is not a text or a list of texts.` };
    params.set(name, list.map(String));
  }
  params.set('all-stages', ['true']);
  const parsed = parseFilterRequest(params, nowNanos);
  return parsed.ok ? { ok: true, value: { filter: parsed.value, query: printParams(params) } } : parsed;
}

function printParams(params: Params): string {
  return [...params]
    .flatMap(([name, values]) => values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`))
    .join('&');
}
