// Front door of the audit policy toolkit: load, evaluate, explain, lint, simulate and write policies; pure, no input or output.
export { type CompiledPolicy, compilePolicy, type Decision } from './evaluate/compile-policy.ts';
export { findMismatch, matchesRule, type RuleField } from './evaluate/match-rule.ts';
export { NO_REQUEST, type RequestAttributes } from './evaluate/request-attributes.ts';
export {
  type LoadedPolicy,
  type LoadOptions,
  loadPolicy,
  type PolicyLoad,
  type PolicySource,
  type RefusedPolicy,
} from './load/load-policy.ts';
export { type PolicyProblem, type PolicyProblemCode, type PolicyWarning, printProblem } from './load/policy-problem.ts';
export {
  API_VERSION,
  type GroupResources,
  LEVELS,
  type Level,
  levelRank,
  makePolicy,
  makeRule,
  type Policy,
  type PolicyRule,
  STAGES,
  type Stage,
} from './policy.ts';
