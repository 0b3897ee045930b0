// Route of the support case: a filter -> a .tar.gz of the exact lines.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { printTime } from '@kubewitness/core/event';
import { API, parseFilterRequest } from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { gzipChunks } from '../answer/gzip-chunks.ts';
import type { ReadGate } from '../answer/read-gate.ts';
import { streamAnswer } from '../answer/stream-answer.ts';
import type { HttpContext } from '../context.ts';
import { printArchive } from '../export/print-archive.ts';
import { readParams, readQueryText } from '../request-facts.ts';
import { getParsed } from './records.ts';
import { FILTER_QUERY, REFUSALS } from './route-docs.ts';

const EXPORT_ANSWER = {
  200: {
    description:
      'Files of exact lines by component and node, and manifest.json with counts and SHA-256 at the end. Trailer: `kubewitness-records`',
    content: { 'application/gzip': { schema: { type: 'string', format: 'binary' } } },
  },
  ...REFUSALS,
};

export function addExportRoute(app: FastifyInstance, context: HttpContext, gate: ReadGate): void {
  const scratchDir = join(context.config.dataDir, 'export');
  // Left there by a server that was killed in the middle.
  app.addHook('onReady', () => rm(scratchDir, { recursive: true, force: true }));
  const schema = { summary: 'Records as a support case', querystring: FILTER_QUERY, response: EXPORT_ANSWER };
  app.get(API.export, { config: { need: 'read' }, schema }, (request, reply) => {
    const createdAtMs = context.clock();
    const createdAt = printTime(BigInt(createdAtMs) * 1_000_000n);
    const filter = getParsed(parseFilterRequest(readParams(request.raw), BigInt(createdAtMs) * 1_000_000n));
    return gate.run('export', request, reply, async (signal) => {
      let rows = 0;
      const files = context.query.export(filter, signal);
      const archive = printArchive(
        {
          files,
          createdAt,
          createdAtMs,
          version: context.version,
          filter: readQueryText(request.raw),
          maxFileBytes: context.limits.exportFileBytes,
          scratchDir,
          signal,
        },
        (records) => {
          rows += records;
        },
      );
      const end = await streamAnswer(context, request, reply, {
        contentType: 'application/gzip',
        headers: {
          'content-disposition': `attachment; filename="kubewitness-${createdAt.slice(0, 19).replaceAll(':', '-')}Z.tar.gz"`,
        },
        chunks: gzipChunks(archive),
        records: () => rows,
        cutWhenBroken: true,
        compress: false,
        signal,
      });
      return { ...end, rows, value: undefined };
    });
  });
}
