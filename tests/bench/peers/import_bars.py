"""Polars' plain way from a CSV of daily bars to a sorted Parquet file. Clock and memory are this process's own, from after its imports.

Needs: polars.  Usage: python import_bars.py CSV OUT CODE_COLUMN
"""
import json
import resource
import sys
import time

import polars as pl

path, out, code = sys.argv[1:]
start, cpu = time.perf_counter(), time.process_time()
header = pl.read_csv(path, n_rows=0).columns
# Types of numbers are given: seen from the first rows alone, prices are whole numbers.
types = {name: pl.Float64 for name in header if name not in (code, "date")} | {code: pl.String}
frame = pl.read_csv(path, schema_overrides=types, try_parse_dates=True)
read = time.perf_counter()
frame = frame.sort(code, "date")
ordered = time.perf_counter()
frame.write_parquet(out, compression="zstd")
end = time.perf_counter()
print(
    json.dumps(
        {
            "rows": len(frame),
            "seconds": end - start,
            "read_s": read - start,
            "sort_s": ordered - read,
            "write_s": end - ordered,
            "cpu_s": time.process_time() - cpu,
            "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }
    )
)
