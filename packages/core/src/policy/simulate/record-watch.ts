// The lists of records that must stay, by name and by selector, and the record being read, which selectors look into.
import { decodeUtf8 } from '../../event/index.ts';
import { findMustStay, MUST_STAY, type MustStay } from './must-stay.ts';
import { parseRecordSelector } from './record-selector.ts';
import { openRecord, type SelectedRecord } from './selected-record.ts';

export interface RecordWatch {
  /** Called with each line before its sample is looked at. */
  readonly show: (bytes: Uint8Array, start: number, end: number) => void;
  readonly parse: (names: readonly string[], selectors: readonly string[]) => ParsedLists;
}

export type ParsedLists =
  | { readonly ok: true; readonly lists: readonly MustStay[] }
  | { readonly ok: false; readonly sentence: string };

const NOTHING: Uint8Array = new Uint8Array(0);

export function createRecordWatch(): RecordWatch {
  const current = { bytes: NOTHING, start: 0, end: 0 };
  // Several selectors share what one of them has parsed.
  let opened: SelectedRecord | undefined;
  const open = (): SelectedRecord => {
    opened ??= openRecord(decodeUtf8(current.bytes, current.start, current.end));
    return opened;
  };
  return {
    show: (bytes, start, end) => {
      current.bytes = bytes;
      current.start = start;
      current.end = end;
      opened = undefined;
    },
    parse: (names, selectors) => {
      const lists: MustStay[] = [];
      for (const name of names) {
        const known = findMustStay(name);
        if (known === undefined) {
          const sentence = `there is no list called ${JSON.stringify(name)}; known are ${Object.keys(MUST_STAY).join(', ')}, and any selector such as {verb="delete"}.`;
          return { ok: false, sentence };
        }
        lists.push(known);
      }
      for (const selector of selectors) {
        const parsed = parseRecordSelector(selector);
        if (!parsed.ok) {
          const sentence = `the selector ${selector} is wrong at column ${parsed.column}: ${parsed.sentence.replace(/\.$/, '')}.`;
          return { ok: false, sentence };
        }
        lists.push({ name: selector, matches: () => parsed.matches(open()), everyStage: parsed.fields.has('stage') });
      }
      return { ok: true, lists };
    },
  };
}
