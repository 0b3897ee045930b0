// The front door of LogQL: the grammar here, the reference evaluators beside it.
export * from './syntax/index.ts';
