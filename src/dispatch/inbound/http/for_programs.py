"""The addresses that only programs ask for. A browser that looks in there sees what a program sees."""

CALLOUTS = "/v1/callouts"
LIVES, READY, METRICS = "/healthz", "/readyz", "/metrics"
API_DOCUMENT = "/openapi.json"
ADDRESSES = ("/v1/", API_DOCUMENT, LIVES, READY, METRICS)
