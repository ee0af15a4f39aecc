/** Names the files of `src/start.tsx` in the head: they come beside the entry, which imports them once the language is known. */
import type { Plugin } from 'vite'

interface Chunk {
  readonly fileName: string
  readonly facadeModuleId?: string | null
  readonly imports?: readonly string[]
}

export function preloadStart(): Plugin {
  return {
    name: 'preload-start',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const tags = filesOf(bundle as Readonly<Record<string, Chunk>>)
          .filter((file) => !html.includes(file))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
            injectTo: 'head' as const,
          }))
        return { html, tags }
      },
    },
  }
}

/** The chunk and everything that it imports statically. */
function filesOf(bundle: Readonly<Record<string, Chunk>>): readonly string[] {
  const start = Object.values(bundle).find((chunk) => chunk.facadeModuleId?.endsWith('/src/start.tsx'))
  if (!start) throw new Error('the chunk of src/start.tsx was not emitted')
  const files = new Set([start.fileName])
  for (const file of files) for (const name of bundle[file]?.imports ?? []) files.add(name)
  return [...files]
}
