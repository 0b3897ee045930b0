// Front door of collect: streams, followed files and webhook bodies on their way into ingest.
export { type ImportOptions, type ImportSummary, importStream } from './import/import-stream.ts';
export { receiveWebhook, type WebhookAnswer, type WebhookRequest, webhookSource } from './webhook/receive-webhook.ts';
