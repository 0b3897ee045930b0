// A refusal of Loki's API: thrown inside its routes, answered as plain text with Loki's words and status.

export class LokiRefusal extends Error {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'LokiRefusal';
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The value of what was parsed or answered, or its refusal. */
export function getOrRefuse<T>(
  outcome:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly problem: string | { readonly status: number; readonly message: string } },
): T {
  if (outcome.ok) return outcome.value;
  const { problem } = outcome;
  throw typeof problem === 'string' ? new LokiRefusal(400, problem) : new LokiRefusal(problem.status, problem.message);
}
