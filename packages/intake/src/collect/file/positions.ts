// Positions: how far each file of a followed log was read. In: offsets whose data is durable. Out: a file that survives crashes.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '../../spool/index.ts';
import { type FileHead, HEAD_BYTES, headMatcher } from './file-head.ts';

/** One file, known by device and inode, or, once it was copied or compressed, by its head alone. */
export interface FileRecord {
  /** `<device>:<inode>`; '' when the content left its inode (copytruncate). */
  id: string;
  head: FileHead;
  /** Everything before it is durable, once this was saved. Counted in plain bytes for compressed files. */
  offset: number;
  /** Rotated and read to its end. */
  finished: boolean;
  /** Where it was last; for people who look into the file. */
  name: string;
  seenMicros: number;
}

/** Rotated files that are gone need no record; this many cover any rotation setting in use. */
const MAX_RECORDS = 2000;

export class Positions {
  readonly #path: string;
  readonly #followed: string;
  readonly records: FileRecord[];
  #saved = '';

  private constructor(path: string, followed: string, records: FileRecord[]) {
    this.#path = path;
    this.#followed = followed;
    this.records = records;
  }

  /** One file per followed path, so that several follows in one directory never write over each other. */
  static async load(directory: string, followed: string, log: Log): Promise<Positions> {
    const path = join(directory, `positions-${createHash('sha256').update(followed).digest('hex').slice(0, 16)}.json`);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const content: { files?: FileRecord[] } = JSON.parse(await readFile(path, 'utf8'));
      return new Positions(path, followed, (content.files ?? []).filter(isRecord));
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing) {
        log.warn(
          { code: 'KW_FOLLOW_POSITIONS', path, err: error },
          `KW_FOLLOW_POSITIONS: ${path} cannot be read; ${followed} is read from its beginning again, and the store keeps each record once.`,
        );
      }
      return new Positions(path, followed, []);
    }
  }

  /** The same inode with the same beginning; or the same content elsewhere, in a copy or compressed. */
  find(id: string, head: Buffer): FileRecord | undefined {
    const matches = headMatcher(head);
    const sameFile = this.records.find((record) => record.id === id && matches(record.head));
    if (sameFile !== undefined) return sameFile;
    const sameContent = this.records.filter((record) => tellsContent(record) && matches(record.head));
    // Of two copies the one with something unread counts: reading twice is harmless, skipping is not.
    return sameContent.find((record) => !record.finished) ?? sameContent[0];
  }

  add(record: FileRecord): FileRecord {
    // An inode holds one file: an older record of it has lost its place, but its content may turn up in a copy.
    for (const each of this.records) if (record.id !== '' && each.id === record.id) each.id = '';
    this.records.push(record);
    if (this.records.length > MAX_RECORDS) {
      this.records.sort((a, b) => a.seenMicros - b.seenMicros);
      this.records.splice(0, this.records.length - MAX_RECORDS);
    }
    return record;
  }

  /** The offsets as they stand now, to be saved once what they cover is durable. */
  capture(): string {
    return JSON.stringify({ version: 1, path: this.#followed, files: this.records }, null, 1);
  }

  async save(captured: string): Promise<void> {
    if (captured === this.#saved) return;
    const next = `${this.#path}.next`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(captured);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, this.#path);
    const directory = await open(dirname(this.#path), 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    this.#saved = captured;
  }
}

/** A full head is unique to its content; a short one tells enough when nothing behind it was read. */
function tellsContent({ head, offset }: FileRecord): boolean {
  return head.bytes === HEAD_BYTES || (offset > 0 && offset <= head.bytes);
}

function isRecord(record: FileRecord): boolean {
  return (
    typeof record.id === 'string' &&
    typeof record.head?.hash === 'string' &&
    Number.isSafeInteger(record.head.bytes) &&
    Number.isSafeInteger(record.offset) &&
    typeof record.finished === 'boolean'
  );
}
