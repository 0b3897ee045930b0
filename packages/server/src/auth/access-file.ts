// The files behind the log of reads: <dir>/access-YYYY-MM-DD[.N].log, mode 0600. Lines in; full files are followed by the next, the oldest go first.
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface AccessFileOptions {
  readonly dir: string;
  /** A file is closed when it is this long. */
  readonly maxFileBytes: number;
  /** All files together; the oldest are removed above it. */
  readonly maxTotalBytes: number;
}

const NAME = /^access-(\d{4}-\d{2}-\d{2})(?:\.(\d{1,6}))?\.log$/;

interface Found {
  readonly name: string;
  readonly day: string;
  readonly part: number;
  readonly bytes: number;
}

async function listFiles(dir: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of await readdir(dir)) {
    const match = NAME.exec(name);
    if (match?.[1] === undefined) continue;
    found.push({ name, day: match[1], part: Number(match[2] ?? 0), bytes: (await stat(join(dir, name))).size });
  }
  return found.sort((a, b) => (a.day === b.day ? a.part - b.part : a.day < b.day ? -1 : 1));
}

const printName = (day: string, part: number) => `access-${day}${part === 0 ? '' : `.${part}`}.log`;

async function isKept(handle: FileHandle, line: Buffer): Promise<boolean> {
  const [{ nlink }] = await Promise.all([handle.stat(), handle.appendFile(line)]);
  return nlink > 0;
}

export interface AccessFile {
  /** In the kernel when it returns, so a killed server loses nothing; synced to disk by `sync`. */
  append(day: string, text: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export async function openAccessFile(options: AccessFileOptions): Promise<AccessFile> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  let handle: FileHandle | undefined;
  let openDay = '';
  let part = 0;
  let bytes = 0;

  async function openPart(day: string): Promise<FileHandle> {
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    const files = await listFiles(options.dir);
    const today = files.filter((f) => f.day === day).at(-1);
    part = today === undefined ? 0 : today.bytes >= options.maxFileBytes ? today.part + 1 : today.part;
    let total = files.reduce((sum, f) => sum + f.bytes, 0);
    for (const file of files) {
      if (total + options.maxFileBytes <= options.maxTotalBytes || file.name === printName(day, part)) break;
      await rm(join(options.dir, file.name), { force: true });
      total -= file.bytes;
    }
    const opened = await open(join(options.dir, printName(day, part)), 'a', 0o600);
    bytes = (await opened.stat()).size;
    openDay = day;
    return opened;
  }

  async function openedPart(day: string): Promise<FileHandle> {
    handle ??= await openPart(day);
    return handle;
  }

  async function closePart(): Promise<void> {
    const closing = handle;
    handle = undefined;
    await closing?.close();
  }

  return {
    async append(day, text) {
      if (handle !== undefined && (day !== openDay || bytes >= options.maxFileBytes)) await closePart();
      const buffer = Buffer.from(text);
      try {
        // A file that somebody removed swallows lines without an error. Looked at while it is written: questions wait for this.
        if (!(await isKept(await openedPart(day), buffer))) {
          await closePart();
          await (await openedPart(day)).appendFile(buffer);
        }
        bytes += buffer.length;
      } catch (cause) {
        // The next line starts with a fresh handle: the disk may have room again, or the file was removed.
        await closePart().catch(() => undefined);
        throw cause;
      }
    },
    async sync() {
      await handle?.datasync();
    },
    async close() {
      await handle?.sync();
      await closePart();
    },
  };
}
