// Why a YAML text cannot be read: thrown inside the YAML reader only, a problem with a place to everybody else.
import type { PlacedProblem, PolicyProblemCode } from './policy-problem.ts';

export class YamlFault extends Error {
  readonly at: number;
  readonly code: PolicyProblemCode;
  constructor(message: string, at: number, code: PolicyProblemCode = 'KW_POLICY_SYNTAX') {
    super(message);
    this.at = at;
    this.code = code;
  }
}

const WAYS_OUT: Partial<Record<PolicyProblemCode, string>> = {
  KW_POLICY_ALIASES: 'Write the repeated parts out, or repeat fewer of them.',
  KW_POLICY_TOO_LARGE: 'Name groups instead of many users, and merge rules that differ in one entry.',
  KW_POLICY_TOO_DEEP: 'A policy needs five levels; check that this is the policy file.',
  KW_POLICY_BINARY: 'Save the file as UTF-8 text; a compressed or binary file is no policy.',
};

export function placeFault(fault: YamlFault): PlacedProblem {
  return {
    code: fault.code,
    path: '',
    at: fault.at,
    sentence:
      fault.code === 'KW_POLICY_SYNTAX'
        ? `this is not valid YAML: ${fault.message}.`
        : `the policy cannot be read: ${fault.message}.`,
    wayOut: WAYS_OUT[fault.code] ?? 'Correct this line; indent with spaces and quote texts with special characters.',
  };
}
