import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // A file that needs a browser's objects asks for jsdom in its first line: that takes a second a file.
    environment: 'node',
    environmentOptions: { jsdom: { url: 'http://localhost:8000/' } },
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
})
