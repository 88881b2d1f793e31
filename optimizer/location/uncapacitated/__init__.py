"""What p-median and uncapacitated fixed-charge location share.

    min  sum_j fixed[j] y[j] + sum_ij c[i,j] x[i,j]     over y in {0, 1}, x >= 0

    (1)  sum_j x[i,j] = 1                               every customer i
    (2)  x[i,j] <= y[j]                                 every pair that is allowed
    (3)  at_least <= sum_j y[j] <= at_most
    (4)  y[j] = 1                                       required sites j

p-median has fixed = 0. `data` holds the sorted lists, `swap` finds plans, `lagrangian` finds
bounds, `dual_ascent`, `benders`, `fixing` and `branch` prove.
"""
