// Routes that look for a better policy in stored records: advise (what could be dropped, proved) and check (do the records follow a policy).
import {
  ADVISED_LISTS,
  adviseSimulatedFlags,
  createAdvisor,
  createRecordCheck,
  createRecordWatch,
  createSimulation,
  printPolicy,
} from '@kubewitness/core/policy';
import {
  API,
  type PolicyAdvice,
  type PolicyCheck,
  parseBodyFilter,
  parsePolicyAdviseBody,
  parsePolicyCheckBody,
} from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { getBody, HttpProblem } from '../problems.ts';
import { type PolicyReplay, printFlags, printStay, type Replayed, readVolume } from './policy-replay.ts';
import { getPolicy, POLICY_BODY_BYTES } from './policy-text.ts';
import { jsonAnswer, ref } from './route-docs.ts';

const DEFAULT_ROWS = 100;
const MAX_MISMATCHES = 1_000;

export function addPolicyAdviceRoutes(app: FastifyInstance, nowNanos: () => bigint, replay: PolicyReplay): void {
  const docs = (summary: string, body: string, answer: string) => ({
    config: { need: 'read' } as const,
    bodyLimit: POLICY_BODY_BYTES,
    schema: { summary, body: ref(body), response: jsonAnswer(answer, 'The report') },
  });

  app.post(
    API.policyAdvise,
    docs('Find the noise in stored records and a policy without it', 'PolicyAdviseBody', 'PolicyAdvice'),
    async (request, reply) => {
      const body = getBody(parsePolicyAdviseBody(request.body));
      const now = nowNanos();
      const { filter, query } = getBody(parseBodyFilter(body.filter, now));
      // The records are read twice, so what lands meanwhile must be left out.
      const chosen = { filter: { ...filter, untilNanos: filter.untilNanos ?? now }, query };
      const watch = createRecordWatch();
      const needed = watch.parse(body.needed ?? [], body.selectors ?? []);
      const always = watch.parse(ADVISED_LISTS, []);
      for (const lists of [needed, always]) if (!lists.ok) throw new HttpProblem('KW_BAD_BODY', lists.sentence);
      const keep = needed.ok ? needed.lists : [];
      const base = body.base === undefined ? {} : { base: getPolicy(body.base, 'base').policy };
      const advisor = createAdvisor({ keep, ...base });
      return replay(request, reply, chosen, async (read): Promise<Replayed<PolicyAdvice>> => {
        const { records, others } = await read({ show: watch.show, add: advisor.add });
        const { policy, comments, groups, notes, ...sums } = advisor.advise();
        // The second pass proves the promise on every record instead of trusting the groups.
        const proof = createSimulation(policy, { mustStay: [...(always.ok ? always.lists : []), ...keep] });
        await read({ show: watch.show, add: (sample) => void proof.add(sample) });
        const report = proof.report();
        const answer = {
          ...sums,
          policy: printPolicy(policy, { comments }),
          groups: groups.slice(0, body.top ?? DEFAULT_ROWS),
          notes: [...notes],
          others,
          mustStay: printStay(report),
          flags: printFlags(adviseSimulatedFlags(report, readVolume(body))),
        };
        return { answer, records };
      });
    },
  );

  app.post(
    API.policyCheck,
    docs('Compare stored records with the policy that should have written them', 'PolicyCheckBody', 'PolicyCheck'),
    async (request, reply) => {
      const body = getBody(parsePolicyCheckBody(request.body));
      const chosen = getBody(parseBodyFilter(body.filter, nowNanos()));
      const check = createRecordCheck(getPolicy(body.policy).policy);
      return replay(request, reply, chosen, async (read): Promise<Replayed<PolicyCheck>> => {
        const { others } = await read({ add: check.add });
        const { mismatches, notes, ...sums } = check.report();
        const shown = mismatches.slice(0, MAX_MISMATCHES).map((one) => ({ ...one, examples: [...one.examples] }));
        return { answer: { ...sums, others, mismatches: shown, notes: [...notes] }, records: sums.records };
      });
    },
  );
}
