"""Speed and memory of neurorl beside its peers. `python -m benchmarks` measures every row and writes the table."""
