/** What a client sends. Observers that walk or write down all headers pay for each of them. */
export const requestHeaders = {
  /** A page of Chrome that calls its service: what most requests look like. */
  browser: {
    host: 'shop.example.com',
    connection: 'keep-alive',
    'sec-ch-ua-platform': '"Linux"',
    'user-agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
    accept: 'application/json',
    'sec-ch-ua': '"Chromium";v="143", "Not A(Brand";v="24"',
    'sec-ch-ua-mobile': '?0',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'empty',
    referer: 'https://shop.example.com/orders',
    'accept-encoding': 'gzip, deflate, br, zstd',
    'accept-language': 'en-GB,en;q=0.9',
  },
  /** `curl`, or a service that calls another one. */
  curl: {
    host: 'shop.example.com',
    'user-agent': 'curl/8.14.1',
    accept: '*/*',
    'accept-encoding': 'gzip, deflate, br',
  },
} as const

/** Whose request is measured. */
export type Client = keyof typeof requestHeaders

/** The client that `BENCH_CLIENT` names. */
export function chosenClient(): Client {
  const name = process.env['BENCH_CLIENT'] ?? 'browser'
  if (name === 'browser' || name === 'curl') return name
  throw new Error(`BENCH_CLIENT is browser or curl, not ${name}`)
}
