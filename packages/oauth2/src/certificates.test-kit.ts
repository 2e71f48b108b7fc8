/** A certificate and its key, self-signed and valid for a century. The key is public: it protects nothing. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

/** Of a server that is `localhost` and `127.0.0.1`. */
export const serverCertificate: TestCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUHmfYuc0NSoL5O0Bk57+QUG2zXdowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE3MzAwMFoYDzIxMjYxMDI5
MTczMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQzdYLntCnfhLro9U4JeM1Cr5m2h7kysBYzgr3eCsEMlT6Hivq9p9B0
HjSLQi4tU8sjR7kFORow99/IBQeIcjYUo28wbTAdBgNVHQ4EFgQU42lidssw6H4t
CXYfT/D62nv9HEgwHwYDVR0jBBgwFoAU42lidssw6H4tCXYfT/D62nv9HEgwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAPRSIf3BTzF+rINqLeMM6qwv8LGWT3v9rhencPhHExyXAiEA
84lh5sBsffaiZDVj8Y+TT5PAD9zMoBRtGqe2ZxrqanY=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6cKz47htHK8BrMs0
TO/pMyDHmFoQBk2Y15QrR9Lnb0OhRANCAAQzdYLntCnfhLro9U4JeM1Cr5m2h7ky
sBYzgr3eCsEMlT6Hivq9p9B0HjSLQi4tU8sjR7kFORow99/IBQeIcjYU
-----END PRIVATE KEY-----
`,
}

/** Of a client. */
export const clientCertificate: TestCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBejCCAR+gAwIBAgIURgLhqutVQsdYRoR/wuvdCdEFPOwwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGY2xpZW50MCAXDTI2MTEyMjE3MzAwMFoYDzIxMjYxMDI5MTcz
MDAwWjARMQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AASjEkV/PqrxznLWyTka9ALO/S0H6blx+YEIr5Lvm8v2uCcXYh7ohoRstBYX1yK4
N/01m4AkVqSdqEkkVxoDvIBro1MwUTAdBgNVHQ4EFgQUzILJedupEThYDj2qQHIU
2xMovekwHwYDVR0jBBgwFoAUzILJedupEThYDj2qQHIU2xMovekwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEApOmkW77GYzOak550BHNoEXVMk7fm
ETe/uohqLlbazwICIQCzp+5BGRMyvhfZBBEnP4gWqGNtxGt+oydtmwoQO8UgVw==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdyYTdIpgZjNL1A2M
L0d35zhmFQHL5miYT6UpYLABxfihRANCAASjEkV/PqrxznLWyTka9ALO/S0H6blx
+YEIr5Lvm8v2uCcXYh7ohoRstBYX1yK4N/01m4AkVqSdqEkkVxoDvIBr
-----END PRIVATE KEY-----
`,
}
