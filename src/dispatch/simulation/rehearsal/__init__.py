"""The rehearsal: thousands of call-outs through the real service while everything that can fail does.

`story` draws from a seed who does what and when, and what goes wrong; `stage` plays it with the real service and the
simulated carrier over HTTP under a virtual clock; `law` and `ledger` look after every step whether anything was lost;
`shrinking` makes a story that failed as short as it can be. A seed decides everything.
"""
