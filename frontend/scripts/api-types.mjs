/**
 * Writes src/api/schema.gen.ts from the service's own OpenAPI document; with --check, only says whether it is current.
 *
 * The document is printed by `python -m routes.print_openapi`: no service has to run.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const BACKEND = fileURLToPath(new URL('../../backend', import.meta.url))
const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))
const TYPES = fileURLToPath(new URL('../src/api/schema.gen.ts', import.meta.url))
const HEAD = '/** Made by `npm run api:types` from the service’s OpenAPI document. Do not edit. */\n\n'

const current = HEAD + astToString(await openapiTS(readDocument(), { alphabetize: true, defaultNonNullable: false }))

if (!process.argv.includes('--check')) {
  writeFileSync(TYPES, current)
} else if (!existsSync(TYPES) || readFileSync(TYPES, 'utf8') !== current) {
  console.error('src/api/schema.gen.ts is not what the OpenAPI document says. Run: npm run api:types')
  process.exit(1)
}

function readDocument() {
  if (!existsSync(PYTHON)) {
    console.error(`${PYTHON} is missing. Run: make setup`)
    process.exit(1)
  }
  const text = execFileSync(PYTHON, ['-m', 'routes.print_openapi'], {
    cwd: BACKEND,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  return JSON.parse(text)
}
