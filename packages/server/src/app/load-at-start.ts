// `--import PATH`: files and directories that the server loads once at its start. Paths in, records and log lines out.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourcesOptions } from './start-sources.ts';

const READ_BYTES = 1024 * 1024;

async function* findFiles(path: string): AsyncGenerator<string> {
  if (!(await stat(path)).isDirectory()) {
    yield path;
    return;
  }
  for (const entry of (await readdir(path)).sort()) yield* findFiles(join(path, entry));
}

/** A file that cannot be read is a warning, and the next one is loaded. */
export async function loadAtStart(options: SourcesOptions, signal: AbortSignal): Promise<void> {
  const { config, imports, log } = options;
  for (const root of config.importPaths) {
    try {
      for await (const path of findFiles(root)) {
        if (signal.aborted) return;
        const upload = imports.start({ name: path, cluster: config.cluster, host: config.host, component: '' });
        await upload.take(createReadStream(path, { highWaterMark: READ_BYTES, signal }), signal);
        const summary = await imports.awaitStored(upload.id, signal);
        log.info({ path, ...summary }, `Loaded ${path}: ${summary.stored} records are new.`);
      }
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      log.warn(
        { code: 'KW_IMPORT_UNREADABLE', path: root },
        `KW_IMPORT_UNREADABLE: ${root} cannot be loaded (${why}). Mend that and run kubewitness import ${root}; the server goes on without it.`,
      );
    }
  }
}
