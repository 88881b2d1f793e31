"""Cutting the plans into boxes: so many hotels of each design at least, so many at most.

A hotel takes much of a purse at once. Prices alone cannot keep half a hotel out of the bound, so
the bound branches on the number of hotels by design (Land, Doig 1960, DOI 10.2307/1910129). Each
box is a city of its own with two more rows per design.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.siting.city import Combos

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.city import City

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROOM = 1e-6  # of a limit: what rounding may hide


class Box(NamedTuple):
    """Numbers of hotels, low <= number <= high, of the hotel designs `design`; all (k,)."""

    design: Ints
    low: Ints
    high: Ints

    @property
    def possible(self) -> bool:
        """Return whether any number fits."""
        return bool(np.all(self.low <= self.high))


def whole_box(city: City) -> Box:
    """Return the box of all plans."""
    design = np.unique([kind.design for kind in city.types]).astype(np.int64)
    mine = [_sites_with(city, number) for number in design]
    high = np.array([int(sites.sum()) for sites in mine], dtype=np.int64)
    return tightened(city, Box(design, np.zeros(len(design), dtype=np.int64), high))


def halves(city: City, box: Box, number: Floats) -> tuple[Box, Box] | None:
    """Cut a box where the average `number` of hotels, (k,), is most fractional; None: a point."""
    wide = box.high > box.low
    if not np.any(wide):
        return None
    fraction = np.abs(number - np.rint(number)) + 1e-3 * np.minimum(number, 1.0)
    rank = int(np.argmax(np.where(wide, fraction, -1.0)))
    cut = int(np.clip(np.floor(number[rank]), box.low[rank], box.high[rank] - 1))
    low, high = box.low.copy(), box.high.copy()
    high[rank], low[rank] = cut, cut + 1
    return tightened(city, box._replace(high=high)), tightened(city, box._replace(low=low))


def tightened(city: City, box: Box) -> Box:
    """Lower what no row of the city leaves room for, taking each row alone."""
    high = box.high.copy()
    combos = city.combos
    if not len(box.design) or not city.site_count:
        return box
    for row, limit in enumerate(city.rows.limit):
        use = combos.use[:, [row]].toarray().ravel()
        least = np.minimum.reduceat(use, combos.start[:-1])
        extra = []
        for number in box.design:
            mine = np.flatnonzero(combos.type >= 0)
            mine = mine[_design_of(city)[combos.type[mine]] == number]
            more = np.full(city.site_count, np.inf)
            np.minimum.at(more, combos.site[mine], use[mine] - least[combos.site[mine]])
            extra.append(np.cumsum(np.sort(more)))
        must = [extra[at][low - 1] if low > 0 else 0.0 for at, low in enumerate(box.low)]
        room = limit - least.sum() + ROOM * max(abs(float(limit)), 1.0)
        for at in range(len(box.design)):
            left = room - (sum(must) - must[at])
            fits = int(np.searchsorted(extra[at], left, side="right")) if left >= 0 else -1
            high[at] = min(high[at], fits)
    return box._replace(high=high)


def boxed(city: City, box: Box) -> City:
    """Return the city with the rows of the box; `city` is the one without any.

    Designs of which there may be none are left out, so that no price has to keep them away.
    """
    none = np.append(box.design[box.high <= 0], -2)
    city = without_designs(city, none)
    use, option_use, limit = [city.combos.use], [city.option_use], [*city.rows.limit]
    kind, hotel = city.combos.type, city.combos.hotel
    design = np.append(_design_of(city), -1)[kind]
    by_option = np.full(len(city.choice.site), -1, dtype=np.int64)
    by_option[hotel[hotel >= 0]] = design[hotel >= 0]
    for number, low, high in zip(*box, strict=True):
        if high <= 0:
            continue
        for sign, bound in ((1.0, high), (-1.0, low)):
            use.append(sparse.csr_matrix(sign * (design == number)[:, None]))
            option_use.append(sparse.csr_matrix(sign * (by_option == number)[:, None]))
            limit.append(sign * bound)
    more = len(limit) - len(city.rows.limit)
    nothing = sparse.csr_matrix((city.site_use.shape[0], more))
    return city._replace(
        combos=city.combos._replace(use=sparse.csr_matrix(sparse.hstack(use))),
        rows=city.rows._replace(
            family=(*city.rows.family, *(["hotels"] * more)), limit=np.array(limit, dtype=float)
        ),
        option_use=sparse.csr_matrix(sparse.hstack(option_use)),
        site_use=sparse.csr_matrix(sparse.hstack([city.site_use, nothing])),
    )


def without_designs(city: City, designs: Ints) -> City:
    """Return the city without the hotels of these designs."""
    combos = city.combos
    kept = np.flatnonzero(~np.isin(np.append(_design_of(city), -1)[combos.type], designs))
    start = np.searchsorted(combos.site[kept], np.arange(len(combos.start))).astype(np.int64)
    return city._replace(
        combos=Combos(
            start=start,
            site=combos.site[kept],
            hub=combos.hub[kept],
            hotel=combos.hotel[kept],
            point=combos.point[kept],
            type=combos.type[kept],
            fixed=combos.fixed[kept],
            use=sparse.csr_matrix(combos.use[kept]),
        ),
        possible=city.possible and bool(np.all(np.diff(start) > 0)),
    )


def average_number(city: City, box: Box, use_of_option: Floats) -> Floats:
    """Return how many hotels of each design of the box were open on average."""
    kind, hotel = city.combos.type, city.combos.hotel
    have = np.flatnonzero(hotel >= 0)
    option, first = np.unique(hotel[have], return_index=True)
    design = _design_of(city)[kind[have[first]]]
    return np.array([use_of_option[option[design == number]].sum() for number in box.design])


def _design_of(city: City) -> Ints:
    return np.array([kind.design for kind in city.types], dtype=np.int64)


def _sites_with(city: City, design: int) -> NDArray[np.bool_]:
    mine = np.flatnonzero(city.combos.type >= 0)
    mine = mine[_design_of(city)[city.combos.type[mine]] == design]
    sites = np.zeros(city.site_count, dtype=bool)
    sites[city.combos.site[mine]] = True
    return sites
