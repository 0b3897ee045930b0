// The front door of LogQL's grammar: query text in, a tree of plain nodes or Loki's error sentence out, and back to text.
export type * from './ast.ts';
