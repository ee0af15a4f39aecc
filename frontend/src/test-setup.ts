/** Test files share their modules: a part whose code was still loading when a test ended would fail in all others. */
import { afterEach, vi } from 'vitest'

afterEach(() => vi.dynamicImportSettled())
