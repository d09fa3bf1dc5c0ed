"""Features of a code's own bars, by the families of the catalogue and under its names."""
import math

import polars as pl

from bar_plan import (
    C,
    H,
    L,
    LEAST,
    O,
    R,
    ROUNDING,
    V,
    WINDOWS,
    change,
    ema,
    greater,
    lesser,
    log_volume,
    over,
    pair,
    percentile,
    position,
    roll,
    score,
    shifted,
    true_range,
    typical,
    where,
    wilder,
)


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
    parkinson = p.each("parkinson_20", (roll(p, "mean", "hl2", 20).clip(lower_bound=0) / (4 * math.log(2))).sqrt())
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
