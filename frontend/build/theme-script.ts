/** Puts the tiny theme script in the head as its own hashed file: it runs before the first paint and keeps the CSP free of inline code. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const SOURCE = new URL('../src/assets/theme.js', import.meta.url)

export function themeScript(): Plugin {
  let reference = ''
  let serving = false
  return {
    name: 'theme-script',
    configResolved(config) {
      serving = config.command === 'serve'
    },
    buildStart() {
      if (serving) return
      reference = this.emitFile({ type: 'asset', name: 'theme.js', source: readFileSync(SOURCE, 'utf8') })
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, context) {
        const name = serving ? 'src/assets/theme.js' : themeFile(context.bundle)
        return { html, tags: [{ tag: 'script', attrs: { src: `./${name}` }, injectTo: 'head-prepend' }] }
      },
    },
    generateBundle() {
      this.getFileName(reference)
    },
  }
}

/** The page's own modules may have a chunk of this name, too. */
function themeFile(bundle: Record<string, { type: string; fileName: string }> | undefined): string {
  const found = Object.values(bundle ?? {}).find(
    (file) => file.type === 'asset' && /theme-[^/]+\.js$/.test(file.fileName),
  )
  if (!found) throw new Error('the theme script was not emitted')
  return found.fileName
}
