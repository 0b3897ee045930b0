// What keeps the server from starting: a code and the sentence for the user; main.ts prints it and ends with code 1.

export class StartProblem extends Error {
  readonly code: string;

  constructor(code: string, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.code = code;
  }

  /** From a sentence that begins with its code: `KW_SPOOL_IN_USE: process …`. */
  static of(sentence: string): StartProblem {
    const match = /^(KW_[A-Z_]+): (.*)$/s.exec(sentence);
    return new StartProblem(match?.[1] ?? 'KW_START', match?.[2] ?? sentence);
  }

  /** From another room's error that carries a code. */
  static from(error: unknown): StartProblem {
    if (error instanceof StartProblem) return error;
    const message = error instanceof Error ? error.message : String(error);
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'KW_START';
    return new StartProblem(code.startsWith('KW_') ? code : 'KW_START', message, error);
  }
}
