"""Names for sites that have none: what stands there and the street beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from optimizer.land.drafts import Draft
    from optimizer.network import Network

FAR_M = 150.0


def names_with_street(drafts: list[Draft], network: Network) -> tuple[str, ...]:
    """Return the name of each draft; "surface car park, Rue Butini" where the map has none.

    The nearest named street within `FAR_M` is taken; of equally near ones the first by name.
    """
    lines = network.street_lines.reindex(columns=["name", "geometry"])
    spoken = np.array([isinstance(name, str) and name != "" for name in lines["name"]], dtype=bool)
    named = lines[spoken].sort_values("name", kind="stable")
    nameless = np.array([draft.name in {"", draft.what} for draft in drafts], dtype=bool)
    names = [draft.name for draft in drafts]
    if not len(named) or not nameless.any():
        return tuple(names)
    ranks = np.flatnonzero(nameless)
    shapes = np.array([drafts[rank].shape for rank in ranks], dtype=object)
    tree = shapely.STRtree(named.geometry.to_numpy())
    site, street = tree.query_nearest(shapes, max_distance=FAR_M, all_matches=True)
    order = np.lexsort((street, site))
    first = order[np.unique(site[order], return_index=True)[1]]
    for at in first:
        rank = ranks[site[at]]
        names[rank] = f"{drafts[rank].what}, {named['name'].iloc[street[at]]}"
    return tuple(names)
