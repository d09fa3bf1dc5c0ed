"""Features of the catalogue as a Polars user would write them, under our names: what bars and sectors alone give and Polars can express.

Rolling statistics are taken by code into columns of their own, each once; what is left is arithmetic on whole columns. Families are
computed one after the other; of each only the columns that later ones build on are kept. Every feature ends as float32, is summed, and
goes. Clock, processor time and peak memory are this process's own, from after its imports: reading the dataset is part of them.

Needs: polars; numpy to write values.
Usage: python bar_features.py names
       python bar_features.py time DATASET NAMES_JSON
       python bar_features.py values DATASET NAMES_JSON CODES FOLDER    (of the first CODES codes, NAME.f32 each)
"""
import json
import math
import pathlib
import resource
import sys
import time

import polars as pl

C, O, H, L, V = (pl.col(name) for name in ("close", "open", "high", "low", "volume"))
R = pl.col("return_1")
WINDOWS = (5, 10, 20, 60, 120, 252)
LEAST = 1e-12
ROUNDING = 1e-12


class Plan:
    """Columns to make, by level: one level needs only what stands in the frame or was made by the levels before."""

    def __init__(self):
        self.levels = []
        self.level_of = {}

    def _add(self, kind, key, expr):
        if key not in self.level_of:
            level = max((self.level_of.get(name, -1) for name in expr.meta.root_names()), default=-1) + 1
            while len(self.levels) <= level:
                self.levels.append({"each": [], "stock": [], "day": []})
            self.levels[level][kind].append(expr.alias(key))
            self.level_of[key] = level
        return pl.col(key)

    def each(self, key, expr):
        """Arithmetic on whole columns."""
        return self._add("each", key, expr)

    def stock(self, key, expr):
        """Along each code's rows."""
        return self._add("stock", key, expr)

    def day(self, key, expr, by="date"):
        """Across each day's rows, or those of a day and sector."""
        return self._add("day", key, expr.over(by))

    def run(self, frame):
        for level in self.levels:
            made = []
            if level["stock"]:
                made.append(by_code(frame, level["stock"]))
            if level["each"] or level["day"]:
                made.append(frame.lazy().select(level["each"] + level["day"]).collect())
            frame = pl.concat([frame, *made], how="horizontal_extend")
        return frame


def by_code(frame, exprs):
    return frame.lazy().group_by("code", maintain_order=True).agg(exprs).drop("code").explode(pl.all()).collect()


# Rolling statistics of a column, by code. A window that holds a null, or is not full yet, gives null.
def roll(p, kind, column, n, **options):
    key = f"{kind}({column},{n}{''.join(f',{value}' for value in options.values())})"
    return p.stock(key, getattr(pl.col(column), f"rolling_{kind}")(n, **options))


def shifted(p, column, n):
    return p.stock(f"shift({column},{n})", pl.col(column).shift(n))


def pair(p, kind, a, b, n):
    return p.stock(f"{kind}({a},{b},{n})", getattr(pl, f"rolling_{kind}")(pl.col(a), pl.col(b), window_size=n))


def where(condition, value):
    return pl.when(condition).then(value)


def over(value, divisor, least=0.0):
    return where(divisor > least, value / divisor)


def greater(a, b):
    return where(a.is_not_null() & b.is_not_null(), pl.max_horizontal(a, b))


def lesser(a, b):
    return where(a.is_not_null() & b.is_not_null(), pl.min_horizontal(a, b))


def smoothed(p, column, n, alpha):
    """Recursive mean, seeded by the plain mean of the first n known values."""
    x = pl.col(column)
    known = x.is_not_null().cum_sum()
    seeded = pl.when(known > n).then(x).when(known == n).then(x.cum_sum() / n)
    key = f"smoothed({column},{n},{alpha})"
    begun = p.stock(f"seeded({column},{n})", where(x.is_not_null(), seeded))
    return p.stock(key, where(begun.is_not_null(), begun.ewm_mean(alpha=alpha, adjust=False, ignore_nulls=True)))


def ema(p, column, n):
    return smoothed(p, column, n, 2 / (n + 1))


def wilder(p, column, n):
    return smoothed(p, column, n, 1 / n)


def score(p, column, n, least):
    return over(pl.col(column) - roll(p, "mean", column, n), roll(p, "std", column, n), least)


def percentile(p, column, n):
    return (roll(p, "rank", column, n, method="average") - 1) / (n - 1)


def position(p, n):
    top, bottom = roll(p, "max", "high", n), roll(p, "min", "low", n)
    return where((top - bottom).abs() > ROUNDING * top.abs(), (C - bottom) / (top - bottom))


def true_range(p):
    before = shifted(p, "close", 1)
    return p.each("true_range", greater(H, before) - lesser(L, before))


def typical(p):
    return p.each("typical", (H + L + C) / 3)


def change(p):
    return p.each("change", C - shifted(p, "close", 1))


def log_volume(p, n):
    mean = roll(p, "mean", "volume", n)
    counted = pl.when(mean.is_null()).then(V).otherwise(pl.max_horizontal(V, 0.01 * mean))
    return p.each(f"log_volume({n})", where(V.is_not_null() & (counted > 0), counted.log()))


def momentum(p):
    for n in (2, 3, 5, 10, 20, 40, 60, 120, 252):
        p.each(f"return_{n}", C / shifted(p, "close", n) - 1)
    for name, near, far in (
        ("momentum_12_1", 21, 252),
        ("momentum_6_1", 21, 126),
        ("momentum_12_7", 126, 252),
        ("seasonal_return_252", 231, 252),
    ):
        p.each(name, shifted(p, "close", near) / shifted(p, "close", far) - 1)


def extremes(p):
    for n in WINDOWS:
        p.each(f"high_distance_{n}", roll(p, "max", "high", n) / C - 1)
        p.each(f"low_distance_{n}", roll(p, "min", "low", n) / C - 1)
        p.each("position_52_week" if n == 252 else f"range_position_{n}", position(p, n))
    for n in (60, 252):
        p.each(f"drawdown_{n}", C / roll(p, "max", "close", n) - 1)


def averages(p):
    mean = {n: roll(p, "mean", "close", n) for n in WINDOWS}
    for n in WINDOWS:
        p.each(f"sma_distance_{n}", C / mean[n] - 1)
    p.each("sma_ratio_5_20", mean[5] / mean[20] - 1)
    p.each("sma_ratio_20_60", mean[20] / mean[60] - 1)
    p.each("ema_distance_20", C / ema(p, "close", 20) - 1)
    line = p.each("macd_line", ema(p, "close", 12) - ema(p, "close", 26))
    signal = ema(p, "macd_line", 9)
    p.each("macd_12_26", line / C)
    p.each("macd_signal_9", signal / C)
    p.each("macd_histogram", (line - signal) / C)
    for n in (20, 60):
        deviation = roll(p, "std", "close", n, ddof=0)
        p.each(f"bollinger_position_{n}", where(deviation > 0, 0.5 + (C - mean[n]) / (4 * deviation)))
    p.each("bollinger_width_20", 4 * roll(p, "std", "close", 20, ddof=0) / mean[20])
    true_range(p)
    p.each("keltner_position_20", over(C - ema(p, "close", 20), 2 * wilder(p, "true_range", 10)))


def oscillators(p):
    change(p)
    p.each("rise", pl.col("change").clip(lower_bound=0))
    p.each("fall", (-pl.col("change")).clip(lower_bound=0))
    up, down = wilder(p, "rise", 14), wilder(p, "fall", 14)
    strength = p.each("rsi_14", 100 * over(up, up + down))
    top, bottom = roll(p, "max", "rsi_14", 14), roll(p, "min", "rsi_14", 14)
    p.each("rsi_position", where((top - bottom).abs() > ROUNDING * top.abs(), (strength - bottom) / (top - bottom)))
    p.each("stochastic_rsi_14", 100 * roll(p, "mean", "rsi_position", 3))
    p.each("fast_k", 100 * position(p, 14))
    p.each("stochastic_k_14", roll(p, "mean", "fast_k", 3))
    p.each("stochastic_d_14", roll(p, "mean", "stochastic_k_14", 3))
    p.each("williams_r_14", pl.col("fast_k") - 100)
    price, centre = typical(p), roll(p, "mean", "typical", 20)
    apart = sum((price if j == 0 else shifted(p, "typical", j)).sub(centre).abs() for j in range(20)) / 20
    p.each("cci_20", where(apart > 1e-12 * centre.abs(), (price - centre) / (0.015 * apart)))
    true_range(p)
    p.each("pressure", C - lesser(L, shifted(p, "close", 1)))
    shares = {n: over(roll(p, "sum", "pressure", n), roll(p, "sum", "true_range", n)) for n in (7, 14, 28)}
    p.each("ultimate_oscillator", 100 / 7 * (4 * shares[7] + 2 * shares[14] + shares[28]))
    p.each("size", pl.col("change").abs())
    twice = {}
    for column in ("change", "size"):
        p.each(f"slow_{column}", ema(p, column, 25))
        twice[column] = ema(p, f"slow_{column}", 13)
    p.each("true_strength_25_13", 100 * over(twice["change"], twice["size"]))
    p.each("median", (H + L) / 2)
    p.each("awesome_oscillator", (roll(p, "mean", "median", 5) - roll(p, "mean", "median", 34)) / C)


def trend(p):
    span, last_high, last_low = true_range(p), shifted(p, "high", 1), shifted(p, "low", 1)
    up, down = H - last_high, last_low - L
    tied = (up - down).abs() <= ROUNDING * H.abs()
    whole = span.is_not_null() & up.is_not_null() & down.is_not_null()
    p.each("moved", where(whole, span))
    p.each("moved_up", where(whole, pl.when(~tied & (up > down) & (up > 0)).then(up).otherwise(0.0)))
    p.each("moved_down", where(whole, pl.when(~tied & (down > up) & (down > 0)).then(down).otherwise(0.0)))
    average = wilder(p, "moved", 14)
    plus = p.each("plus_di", 100 * over(wilder(p, "moved_up", 14), average))
    minus = p.each("minus_di", 100 * over(wilder(p, "moved_down", 14), average))
    p.each("di_difference_14", plus - minus)
    both = plus + minus
    p.each("dx", where(both.is_not_null(), pl.when(both == 0).then(0.0).otherwise(100 * (plus - minus).abs() / both)))
    p.each("adx_14", wilder(p, "dx", 14))
    p.each("vortex", (H - last_low).abs() - (L - last_high).abs())
    p.each("vortex_difference_14", over(roll(p, "sum", "vortex", 14), roll(p, "sum", "true_range", 14)))
    p.stock("time", pl.int_range(pl.len()).cast(pl.Float64))
    for n in (20, 60):
        p.each(f"trend_slope_{n}", pair(p, "cov", "time", "close", n) / (n * (n + 1) / 12) / C)
        fit = pair(p, "corr", "time", "close", n)
        p.each(f"trend_fit_{n}", where(fit.is_finite(), (fit * fit).clip(upper_bound=1)))
    change(p)
    p.each("step", pl.col("change").abs())
    for n in (10, 60):
        walked = (C - shifted(p, "close", n)).abs()
        p.each(f"efficiency_ratio_{n}", over(walked, roll(p, "sum", "step", n)))
    p.each("up", where(R.is_not_null(), (R > 0).cast(pl.Float64)))
    for n in (5, 10, 20, 60):
        p.each(f"up_fraction_{n}", roll(p, "mean", "up", n))
    before = shifted(p, "close", 1)
    p.each("true_high", greater(H, before))
    p.each("true_low", lesser(L, before))
    covered = roll(p, "max", "true_high", 14) - roll(p, "min", "true_low", 14)
    p.each("choppiness_14", where(covered > 0, 100 * (roll(p, "sum", "true_range", 14) / covered).log() / math.log(14)))


def volatility(p):
    for n in (5, 10, 20, 60):
        p.each(f"volatility_{n}", roll(p, "std", "return_1", n))
    p.each("hl2", (H / L).log() ** 2)
    p.each("gk", 0.5 * (H / L).log() ** 2 - (2 * math.log(2) - 1) * (C / O).log() ** 2)
    p.each("rs", (H / C).log() * (H / O).log() + (L / C).log() * (L / O).log())
    parkinson = p.each("parkinson_20", (roll(p, "mean", "hl2", 20) / (4 * math.log(2))).sqrt())
    p.each("garman_klass_20", roll(p, "mean", "gk", 20).clip(lower_bound=0).sqrt())
    satchell = p.each("rogers_satchell_20", roll(p, "mean", "rs", 20).clip(lower_bound=0).sqrt())
    p.each("night", (O / shifted(p, "close", 1)).log())
    p.each("session", (C / O).log())
    weight = 0.34 / (1.34 + 21 / 19)
    variance = roll(p, "var", "night", 20) + weight * roll(p, "var", "session", 20) + (1 - weight) * satchell**2
    p.each("yang_zhang_20", variance.sqrt())
    true_range(p)
    p.each("atr_14", wilder(p, "true_range", 14) / C)
    p.each("loss2", R.clip(upper_bound=0) ** 2)
    for n in (20, 60):
        p.each(f"downside_volatility_{n}", roll(p, "mean", "loss2", n).clip(lower_bound=0).sqrt())
    p.each("range_to_close_volatility_20", over(parkinson, roll(p, "std", "return_1", 20), 1e-12))
    p.each("size", R.abs())
    p.each("jump_share_20", over(roll(p, "max", "size", 20), roll(p, "sum", "size", 20), 1e-12))
    p.each("volatility_ratio_5_60", over(roll(p, "std", "return_1", 5), roll(p, "std", "return_1", 60)))
    p.each("return_shock_20", over(R, p.stock("std_before", R.rolling_std(20).shift(1))))
    p.each("range_spike_20", over(pl.col("true_range"), p.stock("range_before", pl.col("true_range").rolling_mean(20).shift(1))))


def shape(p):
    for n in (5, 10, 20, 60, 120):
        p.each(f"skewness_{n}", finite(roll(p, "skew", "return_1", n)))
    for n in (20, 60, 120):
        p.each(f"kurtosis_{n}", finite(roll(p, "kurtosis", "return_1", n)))
    p.stock("before", R.shift(1))
    for n in (20, 60):
        p.each(f"autocorrelation_{n}", finite(pair(p, "corr", "return_1", "before", n).clip(-1, 1)))
    roll(p, "sum", "return_1", 5)
    p.each("variance_ratio_5_60", over(roll(p, "var", "sum(return_1,5)", 60), 5 * roll(p, "var", "return_1", 60), 5e-24))


def finite(value):
    return where(value.is_finite(), value)


def volume(p):
    for n in WINDOWS:
        p.each(f"volume_ratio_{n}", over(V, roll(p, "mean", "volume", n)))
    money = p.each("money", C * V)
    p.each("traded", where(money.is_not_null(), (money > 0).cast(pl.Float64)))
    p.each("impact", pl.when(money > 0).then(1e6 * R.abs() / money).otherwise(0 * R * money))
    for n in WINDOWS:
        p.each(f"amihud_{n}", over(roll(p, "sum", "impact", n), roll(p, "sum", "traded", n)))
    p.each("amihud_ratio_5_60", over(pl.col("amihud_5"), pl.col("amihud_60")))
    total = roll(p, "sum", "volume", 20)
    p.each("signed", (C - shifted(p, "close", 1)).sign() * V)
    p.each("obv_change_20", over(roll(p, "sum", "signed", 20), total))
    price = typical(p)
    step = price - shifted(p, "typical", 1)
    moved = step.abs() > ROUNDING * price.abs()
    flow = price * V
    known = step.is_not_null() & flow.is_not_null()
    p.each("rising", where(known, pl.when(moved & (step > 0)).then(flow).otherwise(0.0)))
    p.each("moving", where(known, pl.when(moved).then(flow).otherwise(0.0)))
    p.each("mfi_14", 100 * over(roll(p, "sum", "rising", 14), roll(p, "sum", "moving", 14)))
    p.each("located", location() * V)
    p.each("cmf_20", over(roll(p, "sum", "located", 20), total))
    p.each("flow", flow)
    p.each("vwap_distance_20", C / over(roll(p, "sum", "flow", 20), total) - 1)
    slow = ema(p, "volume", 26)
    p.each("volume_oscillator_12_26", over(ema(p, "volume", 12) - slow, slow))
    logs = log_volume(p, 20)
    centre = p.stock("log_mean_before", pl.col("log_volume(20)").rolling_mean(20).shift(1))
    spread = p.stock("log_std_before", pl.col("log_volume(20)").rolling_std(20).shift(1))
    p.each("volume_spike_20", over(logs - centre, spread))
    p.each("price_volume_correlation_20", finite(pair(p, "corr", "close", "log_volume(20)", 20).clip(-1, 1)))


def location():
    return pl.when(H == L).then(0.0 * C).otherwise(((C - L) - (H - C)) / (H - L))


def liquidity(p):
    p.each("unmoved", where(R.is_not_null(), (R.abs() <= 1e-12).cast(pl.Float64)))
    p.each("unmoved_share_60", roll(p, "mean", "unmoved", 60))
    p.each("untraded", where(V.is_not_null(), (V == 0).cast(pl.Float64)))
    p.each("untraded_share_60", roll(p, "mean", "untraded", 60))
    p.stock("before", R.shift(1))
    p.each("roll_spread_60", 2 * (-pair(p, "cov", "return_1", "before", 60)).clip(lower_bound=0).sqrt())
    p.each("span2", (H / L).log() ** 2)
    beta = pl.col("span2") + shifted(p, "span2", 1)
    gamma = (greater(H, shifted(p, "high", 1)) / lesser(L, shifted(p, "low", 1))).log() ** 2
    divisor = 3 - 2 * math.sqrt(2)
    alpha = ((2 * beta).sqrt() - beta.sqrt()) / divisor - (gamma / divisor).sqrt()
    p.each("spread", (2 * (alpha.exp() - 1) / (1 + alpha.exp())).clip(lower_bound=0))
    p.each("high_low_spread_20", roll(p, "mean", "spread", 20))
    p.each("money", C * V)
    p.each("money_traded_ratio_5_60", over(roll(p, "mean", "money", 5), roll(p, "mean", "money", 60)))
    p.each("money_traded_20", roll(p, "mean", "money", 20))
    p.each("risen", where(R.is_not_null(), pl.when(R > 1e-12).then(V).otherwise(0.0)))
    p.each("up_volume_share_20", over(roll(p, "sum", "risen", 20), roll(p, "sum", "volume", 20)))
    log_volume(p, 60)
    p.each("size", R.abs())
    p.each("return_volume_correlation_60", finite(pair(p, "corr", "return_1", "log_volume(60)", 60).clip(-1, 1)))
    p.each("size_volume_correlation_60", finite(pair(p, "corr", "size", "log_volume(60)", 60).clip(-1, 1)))


def candles(p):
    p.each("candle_body", over(C - O, O))
    p.each("candle_range", over(H - L, O))
    p.each("upper_shadow", over(H - greater(O, C), O))
    p.each("lower_shadow", over(lesser(O, C) - L, O))
    p.each("close_location", location())
    p.each("power", pl.when(H == L).then(0.0 * O).otherwise((C - O) / (H - L)))
    p.each("balance_of_power_14", roll(p, "mean", "power", 14))
    p.each("overnight_gap", O / shifted(p, "close", 1) - 1)
    p.each("overnight_gap_mean_20", roll(p, "mean", "overnight_gap", 20))
    p.each("intraday", over(C, O) - 1)
    p.each("intraday_return_mean_20", roll(p, "mean", "intraday", 20))
    p.each("overnight_minus_intraday_20", pl.col("overnight_gap_mean_20") - pl.col("intraday_return_mean_20"))


def windows(name, column, n):
    """One window of one series: its standing among its own past."""
    least = 0.0 if name == "volume" else LEAST

    def plan(p):
        mean = roll(p, "mean", column, n)
        p.each(f"{name}_score_{n}", score(p, column, n, least))
        # Volatilities that differ by less than a billionth of a percent count as equal; ranks know no tolerance.
        ranked = column if name != "volatility" else "volatility_rounded"
        if name == "volatility":
            p.each(ranked, pl.col(column).round(11))
        p.each(f"{name}_percentile_{n}", percentile(p, ranked, n))
        if name == "return":
            p.each(f"return_mean_{n}", mean)
            p.each(f"return_least_{n}", roll(p, "min", column, n))
            p.each(f"return_most_{n}", roll(p, "max", column, n))
            if n >= 120:
                p.each(f"return_deviation_{n}", roll(p, "std", column, n))
            return
        p.each(f"{name}_variation_{n}", over(roll(p, "std", column, n), mean, least))
        p.each(f"{name}_least_{n}", over(roll(p, "min", column, n), mean, least))
        p.each(f"{name}_most_{n}", over(roll(p, "max", column, n), mean, least))
        if name == "volatility":
            p.each(f"volatility_level_{n}", over(pl.col(column), mean, least))

    return plan


def lags(p):
    for name in ("return_1", "market_relative_return_1", "overnight_gap", "close_location", "volume_ratio_20", "volatility_20"):
        for lag in (1, 2, 3, 5, 10, 20):
            p.stock(f"{name}_lag_{lag}", pl.col(name).shift(lag))


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
    variance, own, covariance = roll(p, "var", "m", 60), roll(p, "var", "return_1", 60), pair(p, "cov", "return_1", "m", 60)
    beta = p.each("beta_60", over(covariance, variance))
    scale = (variance * own).sqrt()
    p.each("market_correlation_60", over(covariance, scale).clip(-1, 1))
    residual = p.each("idiosyncratic_volatility_60", where(variance > 0, (own - covariance**2 / variance).clip(lower_bound=0).sqrt()))
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


# Later ones build on columns of earlier ones.
FAMILIES = [momentum, extremes, averages, oscillators, trend, volatility, shape, volume, liquidity, candles, market_model]
FAMILIES += [windows("return", "return_1", n) for n in WINDOWS]
FAMILIES += [windows("volume", "volume", n) for n in WINDOWS]
FAMILIES += [windows("volatility", "volatility_20", n) for n in WINDOWS]
FAMILIES += [relative, lags, ranks]
KEPT = {*RANKED, *RANKED_IN_SECTOR, "close_location", "overnight_gap", "market_relative_return_1", "sma_distance_20", "sma_distance_60"}
KEPT |= {"drawdown_60", "market_correlation_60"}


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
        frame = frame.with_columns(made.get_column(name) for name in p.level_of if name in KEPT and name not in frame.columns)
    shared = of_days(frame)
    held = [name for name in shared.columns if name != "date" and name in wanted]
    spread = frame.lazy().select("date").join(shared.lazy().select("date", *held), on="date", how="left", maintain_order="left").collect()
    for name in held:
        yield spread[name].cast(pl.Float32)


def known_names():
    """Of a table of two rows: what there is does not depend on the bars."""
    import datetime

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
    rows, features, missing = len(frame), 0, 0
    for series in columns(frame, wanted):
        features += 1
        missing += series.null_count()
        if math.isnan(series.sum()):
            raise SystemExit(f"{series.name} holds NaN")
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
