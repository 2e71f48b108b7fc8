// Imported before the provider, for its effect: what the provider remarks about the runtime and about its own
// configuration stays off the console, and all else is written as before.
for (const method of ['info', 'warn'] as const) {
  const write = console[method].bind(console)
  console[method] = (...words: unknown[]) => {
    if (!String(words[0]).includes('oidc-provider ')) write(...words)
  }
}
// Bun tells of a deprecated function of node:crypto when all of it is imported.
if ('Bun' in globalThis) process.noDeprecation = true

export {}
