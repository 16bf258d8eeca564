"""On-call crisis dispatch: a call-out comes in, a specialist is paged until somebody answers, the response clock is kept."""
