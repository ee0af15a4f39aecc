/** Writes a brotli and a gzip file beside each text asset: the service and nginx send them as they are, compressed once and best. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Fonts are compressed already. */
const TEXT = /^assets\/.+\.(js|css|svg)$/
/** A smaller file fits in one packet as it is. */
const FROM_BYTES = 1_024

export function compressedAssets(): Plugin {
  return {
    name: 'compressed-assets',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => TEXT.test(file))) {
        const path = join(dir ?? '', name)
        const content = readFileSync(path)
        if (content.byteLength < FROM_BYTES) continue
        writeFileSync(`${path}.br`, brotliCompressSync(content, brotliOptions(content.byteLength)))
        writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }))
      }
    },
  }
}

function brotliOptions(bytes: number) {
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes,
    },
  }
}
