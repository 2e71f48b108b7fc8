// Imported before the provider, for its effect. In this process only the provider writes: what it remarks about the
// runtime and about its own defaults is nothing that a newcomer could act on.
const quiet = (): void => undefined
Object.assign(console, { info: quiet, warn: quiet })
// Bun tells of a deprecated function of node:crypto when all of it is imported.
process.noDeprecation = true

export {}
