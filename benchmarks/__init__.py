"""The measurements: `python -m benchmarks [NAME …] [--quick]`. The design says what each figure has to reach."""
