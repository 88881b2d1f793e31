"""Suites: modules with `cases(options: Options) -> Iterable[Case]`; see `benchmarks/case.py`."""
