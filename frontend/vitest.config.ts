import { configDefaults, defineConfig } from 'vitest/config'
import { PATIENCE_MS } from './src/test-waits'

// It imports the page's texts in another language, and texts are read once.
const OTHER_LANGUAGE = 'src/lib/german.test.ts'

export default defineConfig({
  test: {
    // A file that needs a browser's objects asks for jsdom in its first line: that takes a second a file.
    environment: 'node',
    environmentOptions: { jsdom: { url: 'http://localhost:8000/' } },
    restoreMocks: true,
    // For several waits of a busy machine, one after another.
    testTimeout: 4 * PATIENCE_MS,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, OTHER_LANGUAGE],
          // A process for each file would take four fifths of the time to import the same modules.
          isolate: false,
          setupFiles: ['src/test-setup.ts'],
        },
      },
      // In a group of its own: beside it, the others would be isolated, too.
      { extends: true, test: { name: 'other language', include: [OTHER_LANGUAGE], sequence: { groupOrder: 1 } } },
    ],
  },
})
