import { join } from 'node:path'
import { build } from 'vite'

/**
 * Builds the page: `index.html`, `page.js`, `page.css` and `icon.svg`, under names that never change.
 *
 * @param folder Where to. It is emptied first.
 */
export async function buildPage(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: import.meta.dirname,
    base: './',
    publicDir: 'static',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: false,
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      reportCompressedSize: false,
      rolldownOptions: {
        output: { entryFileNames: 'page.js', assetFileNames: 'page[extname]', codeSplitting: false },
      },
    },
  })
}

if (import.meta.main) await buildPage(join(import.meta.dirname, '../assets'))
