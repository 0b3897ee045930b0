// Routes that replay stored records against audit policies: simulate and diff. Records stream through; none is held.
import {
  adviseSimulatedFlags,
  createPolicyDiff,
  createRecordWatch,
  createSimulation,
  type SimulationReport,
} from '@kubewitness/core/policy';
import {
  API,
  type PolicyChanges,
  type PolicySimulation,
  parseBodyFilter,
  parsePolicyDiffBody,
  parsePolicySimulateBody,
} from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import type { ReadGate } from '../answer/read-gate.ts';
import type { HttpContext } from '../context.ts';
import { getBody, HttpProblem } from '../problems.ts';
import { addPolicyAdviceRoutes } from './policy-advice.ts';
import { createPolicyReplay, printFlags, printStay, type Replayed, readVolume } from './policy-replay.ts';
import { getPolicy, POLICY_BODY_BYTES } from './policy-text.ts';
import { jsonAnswer, ref } from './route-docs.ts';

const DEFAULT_ROWS = 100;
const MAX_CHANGES = 1_000;

export function addPolicyRecordRoutes(app: FastifyInstance, context: HttpContext, gate: ReadGate): void {
  const nowNanos = () => BigInt(context.clock()) * 1_000_000n;
  const replay = createPolicyReplay(context, gate);
  addPolicyAdviceRoutes(app, nowNanos, replay);

  const docs = (summary: string, body: string, answer: string) => ({
    config: { need: 'read' } as const,
    bodyLimit: 2 * POLICY_BODY_BYTES,
    schema: { summary, body: ref(body), response: jsonAnswer(answer, 'The report') },
  });

  app.post(
    API.policySimulate,
    docs('Replay stored records against an audit policy', 'PolicySimulateBody', 'PolicySimulation'),
    async (request, reply) => {
      const body = getBody(parsePolicySimulateBody(request.body));
      const chosen = getBody(parseBodyFilter(body.filter, nowNanos()));
      const watch = createRecordWatch();
      const mustStay = watch.parse(body.mustStay ?? [], body.selectors ?? []);
      if (!mustStay.ok) throw new HttpProblem('KW_BAD_BODY', mustStay.sentence);
      const simulation = createSimulation(getPolicy(body.policy).policy, { mustStay: mustStay.lists });
      return replay(request, reply, chosen, async (read): Promise<Replayed<PolicySimulation>> => {
        const { records, others } = await read({ show: watch.show, add: (sample) => void simulation.add(sample) });
        const report = simulation.report();
        const flags = adviseSimulatedFlags(report, readVolume(body));
        const answer = { ...printReport(report, body.top ?? DEFAULT_ROWS), others, flags: printFlags(flags) };
        return { answer, records };
      });
    },
  );

  app.post(
    API.policyDiff,
    docs('Compare two audit policies on stored records', 'PolicyDiffBody', 'PolicyChanges'),
    async (request, reply) => {
      const body = getBody(parsePolicyDiffBody(request.body));
      const chosen = getBody(parseBodyFilter(body.filter, nowNanos()));
      const diff = createPolicyDiff(getPolicy(body.old, 'old').policy, getPolicy(body.new, 'new').policy);
      return replay(request, reply, chosen, async (read): Promise<Replayed<PolicyChanges>> => {
        const { records, others } = await read({ add: diff.add });
        const { changes, ...sums } = diff.report();
        const shown = changes.slice(0, MAX_CHANGES).map((one) => ({ ...one, examples: [...one.examples] }));
        return { answer: { ...sums, others, changes: shown }, records };
      });
    },
  );
}

function printReport(report: SimulationReport, top: number): Omit<PolicySimulation, 'others' | 'flags'> {
  return {
    ...report,
    perDay: report.perDay ?? null,
    rules: [...report.rules],
    users: report.users.slice(0, top),
    verbs: report.verbs.slice(0, top),
    resources: report.resources.slice(0, top),
    levels: [...report.levels],
    mustStay: printStay(report),
    notes: [...report.notes],
  };
}
