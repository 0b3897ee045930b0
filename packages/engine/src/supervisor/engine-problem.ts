// What the supervisor tells a person when the engine cannot be had: a code, one sentence and a way out.

export interface EngineProblem {
  /** KW_ENGINE_LOCKED, KW_ENGINE_DIRECTORY, KW_ENGINE_PLATFORM, KW_ENGINE_VERSION, KW_ENGINE_OPEN, KW_ENGINE_START, KW_ENGINE_STOPPED */
  readonly code: string;
  readonly message: string;
}

export function isEngineProblem(value: unknown): value is EngineProblem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
