"""Features of the catalogue as a Polars user would write them, under our names: what Polars can express of bars and sectors.

Rolling statistics are taken by code into columns of their own, each once; what is left is arithmetic on whole columns. Families
are computed one after the other; of each only the columns that later ones build on are kept. Every feature ends as float32, is
summed, and goes. Clock, processor time and peak memory are this process's own, from after its imports: reading is part of them.

Needs: polars; numpy to write values.
Usage: python bar_features.py names
       python bar_features.py time DATASET NAMES_JSON
       python bar_features.py values DATASET NAMES_JSON CODES FOLDER    (of the first CODES codes, NAME.f32 each)
"""
import datetime
import json
import math
import pathlib
import resource
import sys
import time

import polars as pl

from bar_cross_section import RANKED, RANKED_IN_SECTOR, market_model, of_days, ranks, relative
from bar_families import averages, candles, extremes, lags, liquidity, momentum, oscillators, shape, trend, volatility
from bar_families import volume, windows
from bar_plan import WINDOWS, C, H, L, O, Plan, V, where

# Later ones build on columns of earlier ones.
FAMILIES = [momentum, extremes, averages, oscillators, trend, volatility, shape, volume, liquidity, candles, market_model]
FAMILIES += [windows("return", "return_1", n) for n in WINDOWS]
FAMILIES += [windows("volume", "volume", n) for n in WINDOWS]
FAMILIES += [windows("volatility", "volatility_20", n) for n in WINDOWS]
FAMILIES += [relative, lags, ranks]
KEPT = {*RANKED, *RANKED_IN_SECTOR, "close_location", "overnight_gap", "market_relative_return_1"}
KEPT |= {"sma_distance_20", "sma_distance_60", "drawdown_60", "market_correlation_60"}


def read(dataset, codes=None):
    """Bars as they are adjusted; rows without a price are none."""
    with open(pathlib.Path(dataset) / "manifest.json", encoding="utf8") as file:
        listed = json.load(file)["codes"][:codes]
    sectors = pl.DataFrame(
        {"code": [each["code"] for each in listed], "sector": [each["sector"] for each in listed]},
        schema={"code": pl.String, "sector": pl.String},
    ).with_columns(pl.col("sector").cast(pl.Categorical), number=pl.int_range(pl.len(), dtype=pl.UInt32))
    factor = pl.col("factor")
    positive = [where(price > 0, price) * factor for price in (O, H, L)]
    return (
        pl.scan_parquet(pathlib.Path(dataset) / "bars.parquet")
        .filter((C > 0) & (factor > 0))
        .join(sectors.lazy(), on="code", maintain_order="left")
        .select(pl.col("number").alias("code"), "date", "sector", *positive, C * factor, where(V >= 0, V) / factor)
        .collect()
    )


def columns(frame, wanted):
    """Each wanted feature as float32, family by family."""
    frame = frame.with_columns((C / C.shift(1).over("code") - 1).alias("return_1"))
    for family in FAMILIES:
        p = Plan()
        family(p)
        made = p.run(frame)
        present = [name for name in p.level_of if name in wanted]
        if family is momentum:
            present = ["return_1", *present]
        for name in dict.fromkeys(present):
            yield made[name].cast(pl.Float32)
        kept = [name for name in p.level_of if name in KEPT and name not in frame.columns]
        frame = frame.with_columns(made.get_column(name) for name in kept)
    shared = of_days(frame)
    held = [name for name in shared.columns if name != "date" and name in wanted]
    shared = shared.select("date", *held)
    spread = frame.select("date").join(shared, on="date", how="left", maintain_order="left")
    for name in held:
        yield spread[name].cast(pl.Float32)


def known_names():
    """Of a table of two rows: what there is does not depend on the bars."""
    row = {"code": [0], "date": [datetime.date(2020, 1, 1)], "sector": ["a"]}
    row |= {name: [1.0] for name in ("open", "high", "low", "close", "volume")}
    frame = pl.DataFrame(row)
    everything = type("Everything", (), {"__contains__": lambda self, name: True})()
    return [series.name for series in columns(frame, everything)]


def main():
    task = sys.argv[1]
    if task == "names":
        print(json.dumps(known_names()))
        return
    dataset = sys.argv[2]
    with open(sys.argv[3], encoding="utf8") as file:
        wanted = set(json.load(file))
    if task == "values":
        folder = pathlib.Path(sys.argv[5])
        for series in columns(read(dataset, int(sys.argv[4])), wanted):
            series.fill_null(math.nan).to_numpy().tofile(folder / f"{series.name}.f32")
        return
    start, cpu = time.perf_counter(), time.process_time()
    frame = read(dataset)
    loaded = time.perf_counter()
    rows, features, missing, undefined = len(frame), 0, 0, []
    for series in columns(frame, wanted):
        features += 1
        missing += series.null_count()
        if not math.isfinite(series.sum()):
            undefined.append(series.name)
    if undefined:
        raise SystemExit(f"neither a number nor missing: {undefined}")
    print(
        json.dumps(
            {
                "rows": rows,
                "features": features,
                "missing": missing,
                "seconds": time.perf_counter() - start,
                "load_s": loaded - start,
                "cpu_s": time.process_time() - cpu,
                "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            }
        )
    )


main()
