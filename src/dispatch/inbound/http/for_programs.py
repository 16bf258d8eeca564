"""The addresses that only programs ask for. A browser that looks in there sees what a program sees."""

LIVES, READY, METRICS = "/healthz", "/readyz", "/metrics"
ADDRESSES = ("/v1/", "/openapi.json", LIVES, READY, METRICS)
