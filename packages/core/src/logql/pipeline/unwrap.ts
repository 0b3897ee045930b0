// `| unwrap duration(took)`: a label's text and how to read it in, the number or why there is none out.
import type { UnwrapConversion } from '../syntax/ast.ts';
import type { UnwrappedValue } from './entry.ts';
import { parseByteSize, parseFloat64, parseGoDuration } from './go-parse.ts';
import { toSeconds } from './math-functions.ts';

/** Durations count in seconds. */
export function readUnwrap(text: string, conversion: UnwrapConversion | undefined): UnwrappedValue {
  switch (conversion) {
    case 'bytes':
      return parseByteSize(text);
    case 'duration':
    case 'duration_seconds': {
      const parsed = parseGoDuration(text);
      return parsed.ok ? { ok: true, value: toSeconds(parsed.value) } : parsed;
    }
    default:
      return parseFloat64(text);
  }
}
