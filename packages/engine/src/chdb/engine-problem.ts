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

export type EngineResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: EngineProblem };

export function refuseEngine(code: EngineProblem['code'], message: string): EngineResult<never> {
  return { ok: false, problem: { code, message } };
}

export function getReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
