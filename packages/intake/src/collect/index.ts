// Front door of collect: streams, followed files and webhook bodies on their way into ingest.
export type { FollowedFileState } from './file/follow-state.ts';
export { type GuessedOrigin, guessOrigin } from './file/guess-source.ts';
export { type Follow, type FollowOptions, startFollow } from './file/start-follow.ts';
export type { ArchiveEntry } from './import/import-archive.ts';
export { type ImportOptions, type ImportSummary, importStream } from './import/import-stream.ts';
export { receiveWebhook, type WebhookAnswer, type WebhookRequest, webhookSource } from './webhook/receive-webhook.ts';
