/** A security scheme of OpenAPI 3.1. */
export type SecuritySchemeObject = { readonly description?: string } & (
  | { readonly type: 'http'; readonly scheme: string; readonly bearerFormat?: string }
  | { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
  | { readonly type: 'mutualTLS' }
  | { readonly type: 'openIdConnect'; readonly openIdConnectUrl: string }
  | { readonly type: 'oauth2'; readonly flows: OAuthFlows }
)

/** The flows of an OAuth 2 scheme in OpenAPI 3.1. */
export interface OAuthFlows {
  readonly authorizationCode?: OAuthFlow & { readonly authorizationUrl: string; readonly tokenUrl: string }
  readonly clientCredentials?: OAuthFlow & { readonly tokenUrl: string }
  readonly password?: OAuthFlow & { readonly tokenUrl: string }
  readonly implicit?: OAuthFlow & { readonly authorizationUrl: string }
}

/** What all flows have. */
export interface OAuthFlow {
  readonly refreshUrl?: string
  /** The scopes with their descriptions. */
  readonly scopes: Readonly<Record<string, string>>
}
