/** A self-signed certificate for localhost and 127.0.0.1, valid for a century. */
export const cert = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIURi02FLziVcUhLcehVcSvv0UMcx0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE1MDA1OFoYDzIxMjYxMDI5
MTUwMDU4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQcDYJm3L9vDP/fpOursMppl9g5MdDvbYXkp+S23pTDTvVUgT58Lj2w
/Sbi/healUkTYWdmEhe0Rdr1MxQdvOsSo28wbTAdBgNVHQ4EFgQUrClrtM3wwd5G
rG42FrAklqnz8GAwHwYDVR0jBBgwFoAUrClrtM3wwd5GrG42FrAklqnz8GAwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgY2B/AggHcu3T8lBtWdQVT8M3BrBgQctOoodyjycQcpMCICt3
WkCNrgf+Hn6LR8dhHB4fosq9NlfUHWXLjGR1ehBX
-----END CERTIFICATE-----
`

/** Its key, which is public: it protects nothing, and is for tests alone. */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUW+zsXI0mHvXRl3s
+gujn0xdgNtnd/ju/vF2/Vdjs7KhRANCAAQcDYJm3L9vDP/fpOursMppl9g5MdDv
bYXkp+S23pTDTvVUgT58Lj2w/Sbi/healUkTYWdmEhe0Rdr1MxQdvOsS
-----END PRIVATE KEY-----
`
