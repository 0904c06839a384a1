// The budgets and the forbidden words: what a reviewer would otherwise have to say again and again.
import n from 'eslint-plugin-n';
import tseslint from 'typescript-eslint';

const budgets = {
  'max-lines': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 10],
  'max-params': ['error', 4],
};

const words = {
  'no-console': 'error',
  'n/no-process-env': 'error',
  'no-empty': ['error', { allowEmptyCatch: false }],
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportAllDeclaration', message: 'No barrels: export by name from the file that owns it.' },
    { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
    {
      selector: "TSAsExpression > CallExpression.expression[callee.object.name='JSON'][callee.property.name='parse']",
      message: 'Narrow what JSON.parse returns; never cast it.',
    },
  ],
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
};

const tests = ['**/*.test.ts', '**/test/**', 'test/**', 'bench/**'];

// eslint reads its configuration from a default export.
// eslint-disable-next-line no-restricted-syntax
export default tseslint.config(
  { ignores: ['node_modules/', 'log-processor/scanner/', '.tools/', '.tidewatch/', 'coverage/', '**/*.d.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { n },
    rules: {
      ...budgets,
      ...words,
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  { files: ['log-processor/src/config.ts'], rules: { 'n/no-process-env': 'off' } },
  {
    files: tests,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'n/no-process-env': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['tools/**', 'bench/**', 'setup/**', 'demo/**', 'platform/**'], rules: { 'no-console': 'off', 'n/no-process-env': 'off' } },
  { files: ['**/*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.mjs'], rules: { 'no-console': 'off', 'n/no-process-env': 'off' } },
);
