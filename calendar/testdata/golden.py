"""Writes golden.tsv: the weekdays (Monday to Friday) that are holidays, 2025-2030.

Written from the texts of law, apart from the program: its own lists, and Easter
by Gauss's method in Lichtenberg's form, where the program uses Meeus/Jones/Butcher.
Run once: python3 golden.py > golden.tsv
"""
from datetime import date, timedelta


def easter(x):
    k = x // 100
    m = 15 + (3 * k + 3) // 4 - (8 * k + 13) // 25
    s = 2 - (3 * k + 3) // 4
    a = x % 19
    d = (19 * a + m) % 30
    r = (d + a // 11) // 29
    og = 21 + d - r
    sz = 7 - (x + x // 4 + s) % 7
    oe = 7 - (og - sz) % 7
    return date(x, 3, 1) + timedelta(og + oe - 1)


def france(y):
    e = easter(y)
    return [date(y, 1, 1), date(y, 5, 1), date(y, 5, 8), date(y, 7, 14), date(y, 8, 15), date(y, 11, 1),
            date(y, 11, 11), date(y, 12, 25), e + timedelta(1), e + timedelta(39), e + timedelta(50)]


def moselle(y):
    return france(y) + [easter(y) - timedelta(2), date(y, 12, 26)]


def with_days(*days):
    return lambda y: france(y) + [date(y, m, d) for m, d in days]


def polynesia(y):  # the golden years are all after the change of 2025
    return france(y) + [date(y, 3, 5), easter(y) - timedelta(2), date(y, 11, 20)]


def belgium(y):
    e = easter(y)
    return [date(y, 1, 1), date(y, 5, 1), date(y, 7, 21), date(y, 8, 15), date(y, 11, 1), date(y, 11, 11),
            date(y, 12, 25), e + timedelta(1), e + timedelta(39), e + timedelta(50)]


def luxembourg(y):
    e = easter(y)
    return [date(y, 1, 1), date(y, 5, 1), date(y, 5, 9), date(y, 6, 23), date(y, 8, 15), date(y, 11, 1),
            date(y, 12, 25), date(y, 12, 26), e + timedelta(1), e + timedelta(39), e + timedelta(50)]


REGIONS = {
    "BE": belgium, "FR": france, "FR-57": moselle, "FR-67": moselle, "FR-68": moselle,
    "FR-971": with_days((5, 27)), "FR-972": with_days((5, 22)), "FR-973": with_days((6, 10)),
    "FR-974": with_days((12, 20)), "FR-976": with_days((4, 27)), "FR-BL": with_days((10, 9)),
    "FR-MF": with_days((5, 27), (5, 28)), "FR-NC": with_days((9, 24)), "FR-PF": polynesia, "LU": luxembourg,
}

for region, rule in REGIONS.items():
    for year in range(2025, 2031):
        days = sorted({d for d in rule(year) if d.weekday() < 5})
        print(region, year, " ".join(d.strftime("%m-%d") for d in days), sep="\t")
