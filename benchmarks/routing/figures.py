"""Figures of tours to reach, 60 s each on two cores unless said."""

from __future__ import annotations

from benchmarks.routing.judges import mean_known, mean_with_fleet, no_worse_than
from benchmarks.targets import Target, known

TARGETS = (
    Target(
        work="CVRP, X instances of 100 to 400 customers and more",
        reach="<= 0.6 % on average, no loss against plain PyVRP",
        anchor="PyVRP",
        families=("cvrp_x",),
        judges=(mean_known(0.006), no_worse_than("pyvrp", 0.001)),
    ),
    Target(
        work="VRPTW, Solomon",
        reach="<= 0.5 % on average (length alone, cut to one decimal)",
        anchor="published optima",
        families=("vrptw_solomon",),
        judges=(mean_known(0.005),),
    ),
    Target(
        work="VRPTW, Gehring and Homberger, 200 to 1 000 customers",
        reach="<= 2 % on average; fewest vehicles first",
        anchor="SINTEF's table",
        families=("vrptw_gehring_homberger",),
        judges=(mean_with_fleet(0.02),),
    ),
    Target(
        work="several depots, Cordeau",
        reach="<= 0.7 % on average",
        anchor="published best",
        families=("mdvrp_cordeau",),
        judges=(mean_known(0.007),),
    ),
    Target(
        work="pickup and delivery, Li and Lim, 100 to 1 000 stops",
        reach="<= 2 % on average; fewest vehicles first",
        anchor="SINTEF's table",
        families=("pdptw_lilim",),
        judges=(mean_with_fleet(0.02),),
    ),
    Target(
        work="location with routes: Prins, Barreto, Akca, Tuzun and Burke",
        reach="<= 1 % on average, none above 3 %",
        anchor="published best",
        families=("clrp_prins", "clrp_barreto", "clrp_akca", "clrp_tuzun"),
        judges=(mean_known(0.01), known(0.03)),
    ),
    Target(
        work="two echelons",
        reach="<= 0.7 % on average",
        anchor="published best",
        families=("cvrp2e",),
        judges=(mean_known(0.007),),
    ),
    Target(
        work="two echelons with location, Contardo",
        reach="<= 2 % on average",
        anchor="published best",
        families=("lrp2e_contardo",),
        judges=(mean_known(0.02),),
    ),
    Target(
        work="CVRP of Belgium, 4 000 to 20 000 stops",
        reach="<= 3 % in 300 s",
        anchor="PyVRP on the whole, as long",
        families=("cvrp_belgium",),
        judges=(known(0.03), no_worse_than("pyvrp", 0.0)),
    ),
)
