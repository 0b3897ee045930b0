// The limits an engine is opened with: numbers in, its configuration file and the settings of a session out.

export interface EngineLimits {
  readonly readers: number;
  readonly maxMemoryBytes: number;
  readonly markCacheBytes: number;
  readonly backgroundThreads: number;
  readonly maxReadSeconds: number;
  readonly maxWriteSeconds: number;
}

export const DEFAULT_LIMITS: EngineLimits = {
  readers: 4,
  maxMemoryBytes: 1024 ** 3,
  markCacheBytes: 128 * 1024 ** 2,
  backgroundThreads: 2,
  maxReadSeconds: 600,
  maxWriteSeconds: 3600,
};

export const DATABASE = 'kubewitness';

/**
 * Columns that name no codec, or `Default`: an insert does not know the size of its part, which is 0 here, and writes LZ4; a merge
 * does, and writes ZSTD. What an insert leaves is soon merged, and LZ4 costs it a fifth less.
 */
const MERGED_CODEC = `  <compression>
    <case><min_part_size>1</min_part_size><min_part_size_ratio>0</min_part_size_ratio><method>zstd</method><level>1</level></case>
  </compression>`;

/** Of its memory, for unpacked blocks that a statement with `use_uncompressed_cache` finds again: the short columns of a million records. */
const UNPACKED_SHARE = 0.125;
/** The same for skip indexes: the filters of auditIDs of ten million records. */
const INDEX_SHARE = 0.03;

/** Without limits the engine takes those of a server that owns the machine: 90 % of its memory, 5 GiB of marks. */
export function printEngineConfig(limits: EngineLimits): string {
  const lines = {
    max_server_memory_usage: limits.maxMemoryBytes,
    mark_cache_size: limits.markCacheBytes,
    uncompressed_cache_size: Math.floor(limits.maxMemoryBytes * UNPACKED_SHARE),
    index_uncompressed_cache_size: Math.floor(limits.maxMemoryBytes * INDEX_SHARE),
    background_pool_size: limits.backgroundThreads,
    background_common_pool_size: 2,
    background_fetches_pool_size: 1,
    background_move_pool_size: 1,
    tables_loader_foreground_pool_size: 2,
    tables_loader_background_pool_size: 2,
  };
  const xml = Object.entries(lines).map(([name, value]) => `  <${name}>${value}</${name}>`);
  return `<clickhouse>\n${[...xml, MERGED_CODEC].join('\n')}\n</clickhouse>\n`;
}

/** What every statement of a session gets unless its request says otherwise. */
export function listSessionSettings(role: 'reader' | 'writer', tag: string, limits: EngineLimits): Map<string, string> {
  const settings = new Map([
    // Callers batch themselves; waiting 200 ms for others to join helps nobody.
    ['async_insert', '0'],
    // Threads for formatting double the price of a small answer; a long export may ask for them.
    ['output_format_parallel_formatting', '0'],
    ['max_execution_time', String(role === 'reader' ? limits.maxReadSeconds : limits.maxWriteSeconds)],
    // One statement shall fail before all do.
    ['max_memory_usage', String(Math.floor(limits.maxMemoryBytes * 0.8))],
    ['log_comment', tag],
  ]);
  // A second lock beside the choice by keyword: what runs among readers cannot write. Settings stay free.
  if (role === 'reader') {
    settings.set('readonly', '2');
    // By default a question gets a second thread only when a GiB is free for each, which under a limit of ours never is: half
    // the speed. The writer keeps the default: its batches take a tenth less memory with one.
    settings.set('max_threads_min_free_memory_per_thread', '0');
  }
  return settings;
}
