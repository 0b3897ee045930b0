// Front door of the protocol: ClickHouse's HTTP interface over any engine that offers the port.
export { openBodyFiles } from './body-files.ts';
export { HttpServer } from './http-server.ts';
