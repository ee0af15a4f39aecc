import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { acyclicChunks } from './build/acyclic-chunks.ts'
import { compressedAssets } from './build/compressed-assets.ts'
import { preloadStart } from './build/preload-start.ts'
import { themeScript } from './build/theme-script.ts'

const SERVICE_URL = process.env['SERVICE_URL'] ?? 'http://localhost:8000'
const SERVICE_PATHS = ['/integrations', '/session', '/event-endpoints', '/livez', '/readyz', '/openapi.json']

export default defineConfig({
  // The page may be served below a path: its files are named relative to it.
  base: './',
  plugins: [react(), themeScript(), preloadStart(), acyclicChunks(), compressedAssets()],
  server: {
    port: 3000,
    strictPort: true,
    proxy: Object.fromEntries(SERVICE_PATHS.map((path) => [path, { target: SERVICE_URL, changeOrigin: true }])),
  },
  build: {
    target: 'es2022',
    sourcemap: false,
    // The content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Many small files compress badly: what the page starts with is one, and what few parts share is kept together.
    // Merging more than small files makes circles of imports.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'page', tags: ['$initial'] },
            { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 1_500 },
          ],
        },
      },
    },
  },
})
