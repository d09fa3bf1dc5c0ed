"""Features that set a code against its day's market and sector, ranks, and what all codes of a day share."""
import math

import polars as pl

from bar_plan import R, over, pair, roll, shifted, where


def market_mean(p, column):
    return p.day(f"day({column})", pl.col(column).mean())


def sector_mean(p, column):
    """Of the sector; of the market where it is unknown."""
    of_sector = p.day(f"sector({column})", pl.col(column).mean(), ["date", "sector"])
    return pl.when(pl.col("sector").is_null()).then(market_mean(p, column)).otherwise(of_sector)


def relative(p):
    for n in (1, 5, 20):
        p.each(f"market_relative_return_{n}", pl.col(f"return_{n}") - market_mean(p, f"return_{n}"))
    against_sector = [f"return_{n}" for n in (1, 5, 20, 60)]
    against_sector += ["momentum_12_1", "high_distance_60", "rsi_14", "volatility_20", "volume_ratio_20"]
    for name in against_sector:
        p.each(f"sector_relative_{name}", pl.col(name) - sector_mean(p, name))
    for name, of in (
        ("sector_momentum_20", "return_20"),
        ("sector_momentum_5", "return_5"),
        ("sector_momentum_60", "return_60"),
        ("sector_volatility_20", "volatility_20"),
        ("sector_volume_20", "volume_ratio_20"),
    ):
        p.each(name, where(pl.col(of).is_not_null(), sector_mean(p, of) - market_mean(p, of)))
    p.each("above", where(pl.col("sma_distance_20").is_not_null(), (pl.col("sma_distance_20") > 1e-12).cast(pl.Float64)))
    p.each("sector_breadth_20", where(pl.col("above").is_not_null(), sector_mean(p, "above")))


def market_model(p):
    p.day("m", R.mean())
    variance, own = roll(p, "var", "m", 60), roll(p, "var", "return_1", 60)
    covariance = pair(p, "cov", "return_1", "m", 60)
    beta = p.each("beta_60", over(covariance, variance))
    scale = (variance * own).sqrt()
    p.each("market_correlation_60", over(covariance, scale).clip(-1, 1))
    left = (own - covariance**2 / variance).clip(lower_bound=0)
    residual = p.each("idiosyncratic_volatility_60", where(variance > 0, left.sqrt()))
    moved = roll(p, "sum", "return_1", 20) - beta * roll(p, "sum", "m", 20)
    p.each("residual_momentum_20", over(moved, math.sqrt(20) * residual, 1e-9 * math.sqrt(20)))


RANKED = {
    "return_1": (), "return_5": (1, 5, 20), "return_20": (1, 5, 20), "return_60": (1, 5, 20), "momentum_12_1": (5, 20),
    "high_distance_60": (), "rsi_14": (5,), "volatility_20": (1, 5, 20), "volatility_60": (), "skewness_60": (), "return_most_20": (),
    "beta_60": (20,), "overnight_gap_mean_20": (), "volume_ratio_20": (1, 5, 20), "amihud_20": (20,), "money_traded_20": (),
}  # fmt: skip
RANKED_IN_SECTOR = ("return_1", "return_5", "return_20", "return_60", "volatility_20", "volume_ratio_20", "amihud_20")


def place(column):
    known = column.count()
    rank = (column.cast(pl.Float32).rank("average") - 1) / (known - 1) - 0.5
    return where(column.is_not_null(), pl.when(known > 1).then(rank).otherwise(0.0))


def ranks(p):
    for name, spans in RANKED.items():
        rank = p.day(f"rank_{name}", place(pl.col(name)))
        for span in spans:
            p.each(f"rank_change_{name}_{span}", rank - shifted(p, f"rank_{name}", span))
    for name in RANKED_IN_SECTOR:
        inside = p.day(f"in_sector({name})", place(pl.col(name)), ["date", "sector"])
        p.each(f"sector_rank_{name}", pl.when(pl.col("sector").is_null()).then(pl.col(f"rank_{name}")).otherwise(inside))


def share(column, least):
    return where(column.is_not_null(), (column > least).cast(pl.Float64)).mean()


def of_days(frame):
    """What all stocks of a day share: one row a day. The series of days are short; nothing here is by code."""
    days = frame.lazy().group_by("date").agg(
        m=R.mean(),
        return_dispersion=R.std(),
        advancing_share=share(R, 1e-12),
        market_breadth_20=share(pl.col("sma_distance_20"), 1e-12),
        market_breadth_60=share(pl.col("sma_distance_60"), 1e-12),
        new_high_share_60=share(pl.col("drawdown_60"), -1e-12),
        average_correlation_60=pl.col("market_correlation_60").mean(),
        average_volatility_20=pl.col("volatility_20").mean(),
        market_activity_20=pl.col("volume_ratio_20").mean(),
    ).sort("date").collect()  # fmt: skip
    m = pl.col("m")
    exprs = {}
    for n in (1, 5, 20, 60):
        exprs[f"market_return_{n}"] = m.rolling_sum(n)
    for n in (5, 20, 60):
        exprs[f"market_volatility_{n}"] = m.rolling_std(n)
        exprs[f"market_trend_{n}"] = over(m.rolling_sum(n), math.sqrt(n) * m.rolling_std(n), 1e-12 * math.sqrt(n))
    exprs["market_volatility_ratio_5_60"] = over(m.rolling_std(5), m.rolling_std(60))
    exprs["market_volatility_percentile_252"] = (m.rolling_std(20).rolling_rank(252, method="average") - 1) / 251
    for n in (60, 252):
        level = m.fill_null(0).cum_sum()
        fallen = (level - level.shift(1).rolling_max(n)).clip(upper_bound=0)
        exprs[f"market_drawdown_{n}"] = where(m.rolling_sum(n).is_not_null(), fallen)
    exprs["market_skewness_60"] = m.rolling_skew(60)
    exprs["advancing_share_10"] = pl.col("advancing_share").rolling_mean(10)
    dispersion = pl.col("return_dispersion")
    exprs["dispersion_ratio_1_60"] = over(dispersion, dispersion.rolling_mean(60), 1e-12)
    return days.with_columns(**exprs, **calendar())


def calendar():
    date, one = pl.col("date"), pl.duration(days=1)
    month, quarter = date.dt.truncate("1mo"), date.dt.truncate("1q")
    march = pl.when(date.dt.month() < 4).then(pl.date(date.dt.year(), 4, 1)).otherwise(pl.date(date.dt.year() + 1, 4, 1))
    weekday = date.dt.weekday() % 7
    angle = 2 * math.pi * (date.dt.month() - 1) / 12
    season = 2 * math.pi * (date.dt.ordinal_day() - 1) / 365.25
    left = pl.business_day_count(date + one, month.dt.offset_by("1mo"))
    number = {
        "weekday_sin": (2 * math.pi * weekday / 7).sin(),
        "weekday_cos": (2 * math.pi * weekday / 7).cos(),
        "month_sin": angle.sin(),
        "month_cos": angle.cos(),
        "weekdays_to_month_end": left,
        "turn_of_month": (left == 0) | (pl.business_day_count(month, date + one) <= 3),
        "season_sin": season.sin(),
        "season_cos": season.cos(),
        "weekdays_since_month_start": pl.business_day_count(month, date),
        "weekdays_to_quarter_end": pl.business_day_count(date + one, quarter.dt.offset_by("1q")),
        "weekdays_since_quarter_start": pl.business_day_count(quarter, date),
        "weekdays_to_march_end": pl.business_day_count(date + one, march),
        "winter_half": (date.dt.month() + 1) % 12 < 6,
        "january": date.dt.month() == 1,
        "monday": weekday == 1,
        "days_since_session": date.diff().dt.total_days(),
    }
    return {name: expr.cast(pl.Float64) for name, expr in number.items()}
