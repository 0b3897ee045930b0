// A support case: files of exact lines -> the bytes of a tar, with a manifest of counts and SHA-256 at its end.
import { createHash, type Hash } from 'node:crypto';
import { pack } from 'tar-stream';
import type { ExportFile } from '../../query/index.ts';
import { createArchiveNames } from './archive-names.ts';
import { spoolParts } from './spool-part.ts';

export interface ManifestFile {
  readonly path: string;
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ArchiveOptions {
  readonly files: AsyncIterable<ExportFile>;
  readonly createdAt: string;
  readonly createdAtMs: number;
  readonly version: string;
  /** The filter, as its query string. */
  readonly filter: string;
  /** Longer files are split at a line end. */
  readonly maxFileBytes: number;
  /** Where one part at a time waits for its size to be known. */
  readonly scratchDir: string;
  readonly signal: AbortSignal;
}

type Pack = ReturnType<typeof pack>;

/** Writes one entry; resolves when the tar has taken all of it. */
async function writeEntry(
  tar: Pack,
  header: { name: string; size: number; mtime: Date },
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  let wake = () => {};
  let closed = false;
  await new Promise<void>((resolve, reject) => {
    const sink = tar.entry({ ...header, mode: 0o600 }, (error) => (error ? reject(error) : resolve()));
    sink.on('drain', () => wake());
    sink.on('close', () => {
      closed = true;
      wake();
    });
    const feed = async () => {
      for await (const chunk of chunks) {
        // The reader went: leaving the loop lets the store stop too.
        if (closed) return;
        if (sink.write(chunk)) continue;
        await new Promise<void>((next) => {
          wake = next;
        });
      }
      sink.end();
    };
    feed().catch(reject);
  });
}

/** Passes the lines on and adds them to the hash that the manifest proves them with. */
async function* hashed(lines: AsyncIterable<Uint8Array>, hash: Hash): AsyncIterable<Uint8Array> {
  for await (const chunk of lines) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* once(chunk: Uint8Array): AsyncIterable<Uint8Array> {
  yield chunk;
}

async function fill(tar: Pack, options: ArchiveOptions, tellRecords: (records: number) => void): Promise<void> {
  const names = createArchiveNames();
  const files: ManifestFile[] = [];
  const mtime = new Date(options.createdAtMs);
  for await (const file of options.files) {
    const { cluster, host, component } = file;
    for await (const part of spoolParts(file.lines, options.maxFileBytes, options.scratchDir, options.signal)) {
      const path = names.next(file);
      const hash = createHash('sha256');
      const { records, bytes } = part;
      await writeEntry(tar, { name: path, size: bytes, mtime }, hashed(part.lines, hash));
      files.push({ path, cluster, host, component, records, bytes, sha256: hash.digest('hex') });
      tellRecords(records);
    }
  }
  const sum = (of: (file: ManifestFile) => number) => files.reduce((total, file) => total + of(file), 0);
  const manifest = {
    kind: 'KubeWitnessExport',
    version: 1,
    server: options.version,
    createdAt: options.createdAt,
    filter: options.filter,
    records: sum((f) => f.records),
    bytes: sum((f) => f.bytes),
    files,
  };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  await writeEntry(tar, { name: 'manifest.json', size: text.length, mtime }, once(text));
  tar.finalize();
}

export async function* printArchive(
  options: ArchiveOptions,
  tellRecords: (records: number) => void,
): AsyncIterable<Uint8Array> {
  const tar = pack();
  let failure: unknown;
  const filling = fill(tar, options, tellRecords).catch((error: unknown) => {
    failure = error;
    tar.destroy();
  });
  try {
    for await (const chunk of tar) yield chunk;
  } catch (error) {
    failure ??= error;
  } finally {
    tar.destroy();
  }
  await filling;
  if (failure !== undefined) throw failure;
}
