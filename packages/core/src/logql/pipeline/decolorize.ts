// `| decolorize`: a line with terminal colours in, without out.
import { RE2JS } from 're2js';
import type { StageRun } from './label-state.ts';

/** Escape sequences of terminals; RE2, since a backtracking engine takes a square of the time over a run of semicolons. */
const COLORS = RE2JS.compile(
  '[\\x1b\\x{9b}][\\[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\\x07)|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))',
);

export const decolorize: StageRun = (state) => {
  if (state.line.includes('\x1b') || state.line.includes('\x9b'))
    state.line = COLORS.matcher(state.line).replaceAll('');
  return true;
};
