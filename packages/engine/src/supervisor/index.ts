// Front door of the supervisor: starts, watches and stops the engine program as a child; loads nothing native itself.
export { type ClientOptions, makeClientOptions } from './client-options.ts';
export type { EngineProblem } from './engine-problem.ts';
export type { Engine, EngineSettings, EngineStart, EngineState, EngineTiming } from './engine-settings.ts';
export { startEngine } from './start-engine.ts';
