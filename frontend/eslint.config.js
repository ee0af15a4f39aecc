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
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/**/*.test.{ts,tsx}'],
    rules: {
      '@typescript-eslint/naming-convention': ['error', { selector: 'function', format: ['camelCase', 'PascalCase'] }],
    },
  },
)
