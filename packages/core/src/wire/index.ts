// Front door of the HTTP contract.
export type {
  Access,
  CreatedToken,
  ExplainAnswer,
  ImportSummary,
  PolicyAdvice,
  PolicyChanges,
  PolicyCheck,
  PolicyConversion,
  PolicyDecisions,
  PolicyExplanation,
  PolicyFindings,
  PolicyProfile,
  PolicySimulation,
  Problem,
  QuarantineRow,
  RecordRow,
  SessionRow,
  SessionStep,
  SessionStory,
  SessionsAnswer,
  SourceRow,
  SourcesAnswer,
  StatsAnswer,
  StatusAnswer,
  TableRow,
  TokenRow,
  TopAnswer,
  TopRow,
  WhoCanAnswer,
} from '../schemas/index.ts';
export * from './api.ts';
export * from './filter.ts';
export { findNearest, suggest } from './nearest.ts';
export * from './parse-filter.ts';
export * from './policy-requests.ts';
export * from './requests.ts';
export { ROLES, type Role } from './roles.ts';
export * from './session-requests.ts';
