// The bytes of a policy file -> text, or why they are no text. A server takes UTF-8 and, by their byte order mark, UTF-16 files.
import type { PlacedProblem } from './policy-problem.ts';

/** A policy travels in a ConfigMap (1 MiB) or a file that people edit; parsing more would only cost memory and time. */
export const MAX_POLICY_BYTES = 4 * 1024 * 1024;

export type PolicyText =
  | { readonly ok: true; readonly text: string; readonly invalidAt: number }
  | { readonly ok: false; readonly problem: PlacedProblem };

export function parsePolicyText(input: string | Uint8Array): PolicyText {
  if (input.length > MAX_POLICY_BYTES) {
    const size = (input.length / 1024 / 1024).toFixed(1);
    return {
      ok: false,
      problem: {
        code: 'KW_POLICY_TOO_LARGE',
        path: '',
        at: 0,
        sentence: `the policy has ${size} MiB, more than the ${MAX_POLICY_BYTES / 1024 / 1024} MiB that are read.`,
        wayOut: 'Check that this is the policy file and not a log; merge rules that list one name each.',
      },
    };
  }
  if (typeof input === 'string') return { ok: true, text: input, invalidAt: -1 };
  if (input[0] === 0xff && input[1] === 0xfe) return decodeUtf16(input, 0, 1);
  if (input[0] === 0xfe && input[1] === 0xff) return decodeUtf16(input, 1, 0);
  const { text, invalidAt } = decodeUtf8(input);
  return { ok: true, text, invalidAt };
}

function decodeUtf16(bytes: Uint8Array, high: number, low: number): PolicyText {
  const units: string[] = [];
  for (let i = 2; i + 1 < bytes.length; i += 2) {
    units.push(
      String.fromCharCode(
        ((low === 1 ? bytes[i + 1] : bytes[i]) ?? 0) * 256 + ((high === 0 ? bytes[i] : bytes[i + 1]) ?? 0),
      ),
    );
  }
  return { ok: true, text: units.join(''), invalidAt: -1 };
}

/** Decodes UTF-8 as Go does: a bad byte becomes U+FFFD; `invalidAt` is the offset in the text of the first one. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): { text: string; invalidAt: number } {
  let text = '';
  let invalidAt = -1;
  let units: number[] = [];
  let i = start;
  while (i < end) {
    const lead = bytes[i] ?? 0;
    const need =
      lead < 0x80
        ? 0
        : lead >= 0xc2 && lead < 0xe0
          ? 1
          : lead >= 0xe0 && lead < 0xf0
            ? 2
            : lead >= 0xf0 && lead < 0xf5
              ? 3
              : -1;
    let point = need === 0 ? lead : need === 1 ? lead & 0x1f : need === 2 ? lead & 0x0f : lead & 0x07;
    let good = need >= 0;
    for (let k = 1; good && k <= need; k++) {
      const next = i + k < end ? (bytes[i + k] ?? 0) : 0;
      good = (next & 0xc0) === 0x80;
      point = point * 64 + (next & 0x3f);
    }
    if (good && need === 2) good = point >= 0x800 && (point < 0xd800 || point > 0xdfff);
    if (good && need === 3) good = point >= 0x10000 && point <= 0x10ffff;
    if (!good) {
      if (invalidAt === -1) invalidAt = text.length + units.length;
      point = 0xfffd;
    }
    if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    else units.push(point);
    i += good ? need + 1 : 1;
    if (units.length > 4096) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return { text: text + String.fromCharCode(...units), invalidAt };
}
