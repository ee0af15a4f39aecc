import { importX } from 'eslint-plugin-import-x'
import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

// One way: app → integrations → features → api → components, lib. A room imports from itself and from rooms after it.
const ROOMS = ['app', 'integrations', 'features', 'api', 'components', 'lib']

const zones = ROOMS.slice(1).map((room, index) => ({
  target: `./src/${room}`,
  from: ROOMS.slice(0, index + 1).map((above) => `./src/${above}`),
  message: `src/${room} must not know the rooms above it.`,
}))

const TEXT_ATTRIBUTES = '/^(aria-label|aria-roledescription|alt|label|placeholder|title)$/'
const INTO_THE_CATALOG = 'Texts stand in src/lib/strings and its translations.'

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.gen.ts', 'playwright-report', 'test-results', 'screenshots'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    files: ['src/**/*.{ts,tsx}', 'e2e/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/extensions': ['.ts', '.tsx', '.js'],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'import-x/no-default-export': 'error',
      'max-lines': ['error', { max: 200 }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    // TanStack's table and virtualizer return functions the compiler's rule cannot see through; the compiler is not used.
    rules: { ...hooks.configs.recommended.rules, 'react-hooks/incompatible-library': 'off' },
  },
  {
    files: ['src/**/*.tsx'],
    ignores: ['src/**/*.test.tsx'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXText[value=/\\p{L}{2}/u]', message: INTO_THE_CATALOG },
        { selector: `JSXAttribute[name.name=${TEXT_ATTRIBUTES}] > Literal`, message: INTO_THE_CATALOG },
      ],
    },
  },
  {
    // A catalog is as long as the page has texts. What it imported would run before the language is known.
    files: ['src/lib/translations/*.ts'],
    rules: {
      'max-lines': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportDeclaration[importKind!="type"]', message: 'A translation imports types only.' },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/**/*.test.{ts,tsx}'],
    rules: {
      '@typescript-eslint/naming-convention': ['error', { selector: 'function', format: ['camelCase', 'PascalCase'] }],
    },
  },
)
