// `npm run drill`: the stack under a real Docker, which takes longer than the suite allows.
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/docker/*.drill.ts', 'test/*.drill.ts'], testTimeout: 180_000, hookTimeout: 900_000 } });
