// Imports: a body of the HTTP API -> the intake, and the counts of its rows once they are in the store.
import { randomUUID } from 'node:crypto';
import type { BatchReport, SegmentSource } from '@kubewitness/core/event';
import type { ImportSummary } from '@kubewitness/core/wire';
import { guessOrigin, importStream } from '@kubewitness/intake/collect';
import type { Ingest } from '@kubewitness/intake/ingest';
import type { ImportPort, ImportSource } from '../http/index.ts';
import type { StoreWriter } from '../store/index.ts';

interface Upload {
  /** Rows handed to the spool; undefined while the body is being read. */
  lines: number | undefined;
  bytes: number;
  read: number;
  stored: number;
  duplicate: number;
  quarantined: number;
  problems: readonly string[];
  /** The engine refused a segment with rows of this upload: what is still missing will not come. */
  setAside: string | undefined;
  wake: () => void;
}

function newUpload(): Upload {
  return {
    lines: undefined,
    bytes: 0,
    read: 0,
    stored: 0,
    duplicate: 0,
    quarantined: 0,
    problems: [],
    setAside: undefined,
    wake: () => {},
  };
}

function addCounts(uploads: ReadonlyMap<string, Upload>, report: BatchReport): void {
  for (const { upload: id } of report.setAside?.sources ?? []) {
    const upload = id === undefined ? undefined : uploads.get(id);
    if (upload === undefined) continue;
    upload.setAside = report.setAside?.path;
    upload.wake();
  }
  for (const { source, read, stored, duplicate, quarantined } of report.counts) {
    const upload = source.upload === undefined ? undefined : uploads.get(source.upload);
    if (upload === undefined) continue;
    upload.read += read;
    upload.stored += stored;
    upload.duplicate += duplicate;
    upload.quarantined += quarantined;
    upload.wake();
  }
}

/** What the sender says goes before what the path tells. */
export function importSourceOf(source: ImportSource, upload: string): SegmentSource {
  const guessed = guessOrigin(source.name);
  return {
    kind: 'import',
    name: source.name,
    cluster: source.cluster === '' ? guessed.cluster : source.cluster,
    host: source.host === '' ? guessed.host : source.host,
    component: source.component === '' ? guessed.component : source.component,
    logType: 'audit',
    logSource: guessed.logSource,
    upload,
  };
}

export function openImportPort(ingest: Ingest, writer: StoreWriter): ImportPort & { close(): void } {
  const uploads = new Map<string, Upload>();
  const off = writer.onBatch((report) => addCounts(uploads, report));
  return {
    start(source) {
      const id = randomUUID();
      const upload = newUpload();
      uploads.set(id, upload);
      return {
        id,
        async take(body, signal) {
          try {
            const segmentSource = importSourceOf(source, id);
            const summary = await importStream({ stream: body, source: segmentSource, ingest, signal });
            upload.bytes = summary.bytes;
            upload.problems = summary.problems;
            upload.lines = summary.lines;
          } catch (error) {
            uploads.delete(id);
            throw error;
          }
        },
      };
    },
    async awaitStored(id, signal): Promise<ImportSummary> {
      const upload = uploads.get(id);
      if (upload?.lines === undefined) throw new Error(`upload ${id} has not been taken`);
      try {
        while (upload.read < upload.lines && upload.setAside === undefined) {
          signal.throwIfAborted();
          await new Promise<void>((resolve) => {
            const done = () => {
              signal.removeEventListener('abort', done);
              resolve();
            };
            upload.wake = done;
            signal.addEventListener('abort', done);
          });
        }
        const { bytes, read, stored, duplicate, quarantined, setAside } = upload;
        const problems = [...upload.problems];
        if (setAside !== undefined) {
          problems.push(
            `KW_STORE_SEGMENT_REFUSED: the engine refused a part of it, which is kept in ${setAside}; the server's log says why.`,
          );
        }
        return { bytes, read, stored, duplicate, quarantined, problems };
      } finally {
        uploads.delete(id);
      }
    },
    close: off,
  };
}
