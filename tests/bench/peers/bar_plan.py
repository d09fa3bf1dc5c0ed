"""How the features in Polars are put together: columns by level, rolling statistics by code, rules that our kernels follow."""
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
