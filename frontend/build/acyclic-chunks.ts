/** Ends a build whose files import each other in a circle: one of them would run before what it calls exists. */
import type { Plugin } from 'vite'

interface Chunk {
  readonly imports?: readonly string[]
}

export function acyclicChunks(): Plugin {
  return {
    name: 'acyclic-chunks',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = bundle as Readonly<Record<string, Chunk>>
      for (const file of Object.keys(chunks))
        if (reachable(chunks, file).has(file)) this.error(`${file} imports itself through others: merge fewer chunks`)
    },
  }
}

/** What the file imports statically, directly or through others. */
function reachable(chunks: Readonly<Record<string, Chunk>>, file: string): ReadonlySet<string> {
  const found = new Set(chunks[file]?.imports)
  for (const name of found) for (const next of chunks[name]?.imports ?? []) found.add(next)
  return found
}
