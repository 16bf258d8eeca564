"""The measurements: `python -m benchmarks [NAME …] [--quick]`. What each figure has to reach stands in the design."""
