"""On-call crisis dispatch: a call-out comes in, a specialist is paged until somebody answers, the clock is kept."""
