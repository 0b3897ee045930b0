// Front door of the audit policy toolkit: load, evaluate, explain, lint, simulate and write policies; pure, no input or output.
export {
  type AuditFlags,
  adviseFlags,
  adviseSimulatedFlags,
  DEFAULT_FLAGS,
  type FlagAdvice,
  type FlagQuestion,
  printFlags,
  type VolumeQuestion,
} from './convert/audit-flags.ts';
export {
  CONVERT_TARGETS,
  type Conversion,
  type ConversionNote,
  type ConvertedDocument,
  type ConvertTarget,
} from './convert/conversion.ts';
export { type ConvertOptions, convertPolicy } from './convert/convert-policy.ts';
export { type ExtractedPolicy, extractPolicy } from './convert/extract-policy.ts';
export { findNearest } from './convert/to-openshift.ts';
export { type EditedPolicy, editPolicy } from './edit/edit-policy.ts';
export { applyToPolicy, type PolicyEdit } from './edit/policy-edit.ts';
export { type PrintOptions, printPolicy, toPlainPolicy } from './edit/print-policy.ts';
export { type CompiledPolicy, compilePolicy, type Decision } from './evaluate/compile-policy.ts';
export { findMismatch, matchesRule, type RuleField } from './evaluate/match-rule.ts';
export { parseRequest, parseRequestLine, type ReadRequest } from './evaluate/parse-request.ts';
export { NO_REQUEST, type RequestAttributes } from './evaluate/request-attributes.ts';
export { describeRule, type RuleRow } from './explain/describe-rule.ts';
export { explainPolicy, type PolicyExplanation } from './explain/explain-policy.ts';
export { buildLevelMatrix, type LevelMatrix, type MatrixRow } from './explain/level-matrix.ts';
export { type TraceStep, traceRequest } from './explain/trace-request.ts';
export { type Finding, LINT_CODES, type LintCode, type Severity, type Suggestion } from './lint/finding.ts';
export { lintPolicy } from './lint/lint-policy.ts';
export { type LintedPolicy, printSarif } from './lint/print-sarif.ts';
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
export {
  buildOpenshiftPatch,
  buildOpenshiftPolicy,
  type CustomRule,
  describeOpenshiftProfile,
  OPENSHIFT_PROFILES,
  type OpenshiftAudit,
  type OpenshiftOptions,
  type OpenshiftProfile,
  printOpenshiftCommand,
} from './profile/openshift-profile.ts';
export { findPreset, PRESETS, type Preset } from './profile/preset.ts';
export {
  ADVISED_LISTS,
  type Advice,
  type Advisor,
  type AdvisorOptions,
  createAdvisor,
  type VolumeGroup,
} from './simulate/advise-policy.ts';
export { type AuditSample, isFinishedSample, nameTarget } from './simulate/audit-sample.ts';
export {
  type CheckReport,
  createRecordCheck,
  type MismatchKind,
  type RecordCheck,
  type RecordMismatch,
} from './simulate/check-records.ts';
export { findMustStay, MUST_STAY, type MustStay } from './simulate/must-stay.ts';
export { createPolicyDiff, type DiffChange, type DiffReport, type PolicyDiff } from './simulate/policy-diff.ts';
export { type ParsedSelector, parseRecordSelector } from './simulate/record-selector.ts';
export { createRecordWatch, type ParsedLists, type RecordWatch } from './simulate/record-watch.ts';
export { createSampleReader, type SampleReader } from './simulate/sample-reader.ts';
export { openRecord, type SelectedRecord } from './simulate/selected-record.ts';
export {
  createSimulation,
  type Simulation,
  type SimulationOptions,
  type SimulationReport,
} from './simulate/simulation.ts';
export type { TallyRow } from './simulate/tally.ts';
