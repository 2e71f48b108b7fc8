interface Environment {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> }
}

/** Whether `NODE_ENV` is `development` or `test`. Unset is production. */
export function isDevelopment(): boolean {
  const { process }: Environment = globalThis
  const mode = process?.env?.['NODE_ENV']
  return mode === 'development' || mode === 'test'
}
