// What the engine can be told to do, by what it needs: a pipe for rows, counts of written rows, or a way past the queue.

export type Statement =
  | { readonly kind: 'read'; readonly head: string; readonly format: string; readonly tail: string }
  | { readonly kind: 'show'; readonly text: string; readonly format: string }
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'write'; readonly text: string; readonly format: string }
  | { readonly kind: 'control'; readonly text: string; readonly format: string };
