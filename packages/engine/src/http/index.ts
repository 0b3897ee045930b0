// Front door of the protocol: ClickHouse's HTTP interface over any engine that offers the port.
export { type BodyFiles, openBodyFiles } from './body-files.ts';
export type { EngineAnswer, EngineOutcome, EnginePort, EngineRequest, EngineStatement } from './engine-port.ts';
export { HttpServer, type HttpServerSettings } from './http-server.ts';
