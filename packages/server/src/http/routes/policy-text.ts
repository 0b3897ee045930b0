// Routes about the text of an audit policy: explain, lint, eval, profile, convert. They read no record, so they work while the store is away.
import {
  buildOpenshiftPatch,
  buildOpenshiftPolicy,
  CONVERT_TARGETS,
  compilePolicy,
  convertPolicy,
  describeOpenshiftProfile,
  explainPolicy,
  extractPolicy,
  findPreset,
  type LoadedPolicy,
  type LoadOptions,
  lintPolicy,
  loadPolicy,
  OPENSHIFT_PROFILES,
  type OpenshiftProfile,
  PRESETS,
  parseRequest,
  printOpenshiftCommand,
  printPolicy,
  type RefusedPolicy,
  type RequestAttributes,
  traceRequest,
} from '@kubewitness/core/policy';
import {
  API,
  type PolicyConversion,
  type PolicyDecisions,
  type PolicyExplanation,
  type PolicyFindings,
  type PolicyProfile,
  parsePolicyBody,
  parsePolicyConvertBody,
  parsePolicyEvalBody,
  parsePolicyExplainBody,
  parsePolicyProfileBody,
  suggest,
} from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { getBody, HttpProblem } from '../problems.ts';
import { jsonAnswer, ref } from './route-docs.ts';

/** In JSON a text can take twice its size. */
export const POLICY_BODY_BYTES = 5 * 1024 * 1024;

/** The loader's refusal: the first problem gives the code, and where it stands. */
export function refusePolicy(refused: RefusedPolicy, name = 'policy'): Error {
  const [first, ...more] = refused.problems;
  if (first === undefined) throw new Error('a policy was refused without a problem');
  const others =
    more.length === 0 ? '' : ` (and ${more.length} more problem${more.length === 1 ? '' : 's'} of this policy)`;
  const detail = `${name}: line ${first.line}, column ${first.column}: ${first.sentence} ${first.wayOut}${others}`;
  return Object.assign(new Error(detail), {
    code: first.code,
    status: 400,
    title: 'The API server refuses this policy',
  });
}

export function getPolicy(text: string, name = 'policy', options: LoadOptions = {}): LoadedPolicy {
  const load = loadPolicy(text, options);
  if (load.ok) return load;
  throw refusePolicy(load, name);
}

function getRequest(fields: object, name: string): RequestAttributes {
  const parsed = parseRequest({ ...fields });
  if (parsed.ok) return parsed.request;
  throw new HttpProblem('KW_BAD_BODY', `${name}: ${parsed.error}.`);
}

function findProfile(name: string): OpenshiftProfile | undefined {
  const plain = name.toLowerCase().replace(/^openshift-/, '');
  return OPENSHIFT_PROFILES.find((known) => known.toLowerCase() === plain);
}

function getProfile(name: string): OpenshiftProfile {
  const found = findProfile(name);
  if (found !== undefined) return found;
  throw new HttpProblem(
    'KW_BAD_BODY',
    `profile ${JSON.stringify(name)} is not known; ${suggest(name, OPENSHIFT_PROFILES)}`,
  );
}

function writeProfile(body: unknown): PolicyProfile {
  const { name, customRules = [], before418 = false } = getBody(parsePolicyProfileBody(body));
  const profile = findProfile(name);
  if (profile === undefined) {
    const preset = findPreset(name);
    const names = PRESETS.map((known) => known.name);
    if (preset === undefined)
      throw new HttpProblem('KW_BAD_BODY', `name ${JSON.stringify(name)} is not known; ${suggest(name, names)}`);
    if (customRules.length > 0)
      throw new HttpProblem('KW_BAD_BODY', `${name} is no OpenShift profile, so it has no customRules.`);
    return { policy: printPolicy(preset.policy), patch: '', command: '', notes: [preset.about] };
  }
  const rules = customRules.map((rule) => ({ group: rule.group, profile: getProfile(rule.profile) }));
  const audit = { profile, customRules: rules };
  return {
    policy: printPolicy(buildOpenshiftPolicy(audit, { before418 })),
    patch: stringify(buildOpenshiftPatch(audit), { lineWidth: 0 }),
    command: printOpenshiftCommand(audit),
    notes: [...describeOpenshiftProfile(audit)],
  };
}

function convert(body: unknown): PolicyConversion {
  const { policy: text, to = 'policy' } = getBody(parsePolicyConvertBody(body));
  const target = CONVERT_TARGETS.find((known) => known === to);
  if (target === undefined && to !== 'policy')
    throw new HttpProblem(
      'KW_BAD_BODY',
      `to ${JSON.stringify(to)} is not known; ${suggest(to, ['policy', ...CONVERT_TARGETS])}`,
    );
  const found = extractPolicy(text);
  if (!found.load.ok) throw refusePolicy(found.load);
  const { policy } = found.load;
  const { documents, notes } =
    target === undefined
      ? { documents: [{ place: 'policy', text: printPolicy(policy) }], notes: [] }
      : convertPolicy(policy, target);
  const ofSource = found.notes.map((sentence) => ({ rule: -1, lossy: false, sentence }));
  return { from: found.from, documents: [...documents], notes: [...ofSource, ...notes] };
}

function explain(body: unknown): PolicyExplanation {
  const { policy: text, request } = getBody(parsePolicyExplainBody(body));
  const load = getPolicy(text, 'policy', { acceptOlder: true });
  const { rules, general, matrix } = explainPolicy(load.policy);
  const trace = request === undefined ? [] : traceRequest(load.policy, getRequest(request, 'request'));
  return {
    warning: load.serverWarning,
    general: [...general],
    rules: rules.map((row) => ({ ...row, omitStages: [...row.omitStages] })),
    matrix: {
      columns: [...matrix.columns],
      rows: matrix.rows.map(({ who, levels }) => ({ who, levels: levels.map((cell) => [...cell]) })),
    },
    trace: trace.map(({ rule, level, matched, sentence }) => ({ rule, level, matched, sentence })),
  };
}

function lint(body: unknown): PolicyFindings {
  const load = getPolicy(getBody(parsePolicyBody(body)).policy, 'policy', { acceptOlder: true });
  return {
    warning: load.serverWarning,
    findings: lintPolicy(load).map(({ suggestion, ...finding }) => ({
      ...finding,
      advice: suggestion?.sentence ?? '',
    })),
  };
}

function evaluate(body: unknown): PolicyDecisions {
  const { policy: text, requests } = getBody(parsePolicyEvalBody(body));
  const load = getPolicy(text);
  const compiled = compilePolicy(load.policy);
  return {
    warning: load.serverWarning,
    decisions: requests.map((fields, index) => {
      const { level, omitStages, omitManagedFields, rule } = compiled.evaluate(
        getRequest(fields, `requests[${index}]`),
      );
      return { level, omitStages: [...omitStages], omitManagedFields, rule };
    }),
  };
}

export function addPolicyTextRoutes(app: FastifyInstance): void {
  const add = (path: string, summary: string, body: string, answer: string, work: (body: unknown) => unknown) =>
    app.post(
      path,
      {
        config: { need: 'read' },
        bodyLimit: POLICY_BODY_BYTES,
        schema: { summary, body: ref(body), response: jsonAnswer(answer, 'The answer') },
      },
      async (request) => work(request.body),
    );
  add(API.policyExplain, 'Say what an audit policy means', 'PolicyExplainBody', 'PolicyExplanation', explain);
  add(API.policyLint, 'Find what is wrong in an audit policy', 'PolicyBody', 'PolicyFindings', lint);
  add(API.policyEval, 'Evaluate requests against an audit policy', 'PolicyEvalBody', 'PolicyDecisions', evaluate);
  add(API.policyProfile, 'Print a ready-made audit policy', 'PolicyProfileBody', 'PolicyProfile', writeProfile);
  add(API.policyConvert, 'Convert an audit policy', 'PolicyConvertBody', 'PolicyConversion', convert);
}
