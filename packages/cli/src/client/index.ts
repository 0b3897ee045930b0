// Front door of the client: connections, requests, imports, the installed server program.
export { type ConnectionFlags, resolveConnection } from './connection.ts';
export { type FoundFiles, findLogFiles, type LogFile } from './find-log-files.ts';
export { type Call, type HttpClient, openHttpClient, type Params } from './http-client.ts';
export { type ImportListener, importFiles, type Origin } from './import-files.ts';
export type { Frames } from './open-frames.ts';
export { CLI_CODES, CliProblem, errorCode, errorText } from './problem.ts';
export { findServerProgram, serverEnv, startServerProgram } from './server-program.ts';
export { openTemporaryServer } from './temporary-server.ts';
