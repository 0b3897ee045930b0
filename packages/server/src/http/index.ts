// Front door of the HTTP server: options and ports in, a server that listens and closes out.
export { HTTP_LIMITS, type HttpLimits, type HttpOptions } from './context.ts';
export { createHttp, type HttpServer } from './create-http.ts';
export type { Bound } from './listen.ts';
export type {
  Check,
  CheckOutcome,
  EngineState,
  ImportPort,
  ImportSource,
  ImportUpload,
  StatusPort,
  WebhookPort,
  WebhookSender,
} from './ports.ts';
export { HttpProblem } from './problems.ts';
