/**
 * Takes hashes of kinds in which no password should be kept, such as those of old htpasswd files. A symbol, so that it
 * is not set by accident and is easy to find.
 */
export const allowUnsafeHashes: unique symbol = Symbol.for('seaworthy.basic-auth.allow-unsafe-hashes')
