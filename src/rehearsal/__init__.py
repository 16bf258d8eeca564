"""The rehearsal: thousands of call-outs go through the real service while everything that can fail fails.

From a seed, `story` draws who does what and when, and what goes wrong. `stage` plays it with the real service and the
simulated carrier, over HTTP and under a virtual clock. After every step, `law` and `ledger` check that nothing was
lost. `shrinking` makes a story that failed as short as it can. The seed decides everything.
"""
