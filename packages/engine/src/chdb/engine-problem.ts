// What can go wrong when the store is opened: a code, one sentence and a way out, as a value.

export interface EngineProblem {
  readonly code:
    | 'KW_ENGINE_LOCKED'
    | 'KW_ENGINE_DIRECTORY'
    | 'KW_ENGINE_PLATFORM'
    | 'KW_ENGINE_VERSION'
    | 'KW_ENGINE_OPEN';
  readonly message: string;
}

export class EngineProblemError extends Error {
  readonly problem: EngineProblem;
  constructor(problem: EngineProblem, cause?: unknown) {
    super(`${problem.code}: ${problem.message}`, { cause });
    this.name = 'EngineProblemError';
    this.problem = problem;
  }
}
