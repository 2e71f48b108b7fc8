/** The name of the instrumentation scope of every span and record of this package. */
export const scopeName: string = '@seaworthy/tracing'

/** The version of this package; a test holds it to `package.json`. */
export const scopeVersion: string = '0.0.0'
