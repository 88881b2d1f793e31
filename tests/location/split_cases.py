"""Random small split-demand problems, and their optimum by trying every choice of sizes."""

import itertools

import numpy as np
from scipy.optimize import linprog

from optimizer.core.location import Hubs, Sizes
from optimizer.location.problem import make_problem


def random_problem(seed):
    """Return a problem whose options vary with the seed; some have no plan."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 7)), int(rng.integers(1, 6))
    cost = rng.integers(0, 30, (n, m)).astype(float)
    demand = rng.integers(0 if seed % 4 == 0 else 1, 9, n).astype(float)
    sites = np.arange(m)
    if seed % 3 == 0:
        sites = np.concatenate([sites, rng.integers(0, m, 2)])
    capacity = np.rint(rng.uniform(0.3, 1.6, len(sites)) * max(demand.sum(), 1) / max(m - 1, 1)) + 1
    if seed % 5 == 0:
        capacity[0] = np.inf
    least = np.zeros(len(sites))
    if seed % 2 == 0:
        least = np.floor(rng.uniform(0, 0.8, len(sites)) * np.minimum(capacity, 9))
    sizes = Sizes(
        sites.astype(np.int32), rng.integers(0, 40, len(sites)).astype(float), capacity, least
    )
    chosen = rng.permutation(m)
    at_least = int(rng.integers(0, 3)) if seed % 7 == 0 else 0
    at_most = int(rng.integers(1, m + 1)) if seed % 7 < 2 else None
    return make_problem(
        "capacitated",
        cost,
        demand=demand,
        weight=rng.integers(0, 4, n).astype(float) if seed % 6 == 1 else np.ones(n),
        sizes=sizes,
        required=chosen[:1] if seed % 8 == 0 else (),
        forbidden=chosen[1:2] if seed % 9 == 0 else (),
        at_least=at_least,
        at_most=at_most,
        cutoff=22.0 if seed % 4 == 1 else None,
    )


def choices(problem):
    """Yield every choice of sizes that the counts and site rules allow."""
    m = problem.costs.shape[1]
    rows = [[-1, *np.flatnonzero(problem.sizes.site == j)] for j in range(m)]
    for j in range(m):
        if problem.forbidden[j]:
            rows[j] = [-1]
        elif problem.required[j]:
            rows[j] = rows[j][1:]
    most = m if problem.at_most is None else problem.at_most
    for choice in itertools.product(*rows):
        built = np.array([k for k in choice if k >= 0], dtype=int)
        if problem.at_least <= len(built) <= most:
            yield built


def flow_cost(problem, built):
    """Return the cost of the best shares for built sizes by linear programming, inf if none."""
    sizes, n, p = problem.sizes, len(problem.demand), len(built)
    if p == 0:
        return np.inf if n else 0.0
    cost = problem.costs.columns(sizes.site[built].astype(np.int32))
    allowed = np.isfinite(cost)
    cost = np.where(allowed, cost, 0.0) * problem.weight[:, None]
    per_site = np.kron(problem.demand, np.eye(p))
    bounded = np.isfinite(sizes.capacity[built])
    answer = linprog(
        cost.ravel(),
        A_ub=np.vstack([per_site[bounded], -per_site]),
        b_ub=np.concatenate([sizes.capacity[built][bounded], -sizes.min_use[built]]),
        A_eq=np.kron(np.eye(n), np.ones(p)),
        b_eq=np.ones(n),
        bounds=[(0, 1 if free else 0) for free in allowed.ravel()],
    )
    return answer.fun + sizes.fixed_cost[built].sum() if answer.status == 0 else np.inf


def optimum(problem):
    """Return the least cost of any plan, inf if there is none."""
    return min((flow_cost(problem, built) for built in choices(problem)), default=np.inf)


def assert_feasible(problem, result):
    """Check every rule on the lower level from the definitions."""
    flows, sizes, m = result.flows, problem.sizes, problem.costs.shape[1]
    served = np.bincount(flows.customer, flows.share, len(problem.demand))
    np.testing.assert_allclose(served, 1.0, rtol=1e-6)
    load = np.bincount(flows.site, flows.share * problem.demand[flows.customer], m)[result.open]
    total = max(problem.demand.sum(), 1.0)
    assert np.all(load <= sizes.capacity[result.size] + 1e-6 * total)
    assert np.all(load >= sizes.min_use[result.size] - 1e-6 * total)
    np.testing.assert_array_equal(sizes.site[result.size], result.open)
    assert set(flows.site) <= set(result.open)
    assert set(np.flatnonzero(problem.required)) <= set(result.open)
    assert not set(np.flatnonzero(problem.forbidden)) & set(result.open)
    assert problem.at_least <= len(result.open)
    assert problem.at_most is None or len(result.open) <= problem.at_most


def assert_priced(problem, result):
    """Check the objective of a problem of one level from the shares."""
    flows, m = result.flows, problem.costs.shape[1]
    table = problem.costs.columns(np.arange(m, dtype=np.int32))
    paid = table[flows.customer, flows.site] * problem.weight[flows.customer] * flows.share
    value = paid.sum() + problem.sizes.fixed_cost[result.size].sum()
    np.testing.assert_allclose(result.objective, value, rtol=1e-9, atol=1e-9)


def random_two_level(seed):
    """Return a two-level problem over the customers and sites of `random_problem`."""
    rng = np.random.default_rng(seed + 10_000)
    problem = random_problem(seed)
    m, hubs = problem.costs.shape[1], int(rng.integers(1, 4))
    link = rng.integers(0, 9, (m, hubs)).astype(float)
    link[rng.random((m, hubs)) < 0.1] = np.inf
    total = max(problem.demand.sum(), 1)
    capacity = np.rint(rng.uniform(0.4, 1.5, hubs) * total) + 1
    if seed % 4 == 2:
        capacity[:] = np.inf
    upper = Hubs(link, rng.integers(0, 40, hubs).astype(float), capacity)
    return problem.replace(kind="two_level", hubs=upper)


def two_level_cost(problem, built, chosen):
    """Return the cost of the best flows for built sizes and open hubs, inf if there are none."""
    sizes, hubs, n = problem.sizes, problem.hubs, len(problem.demand)
    p, q = len(built), len(chosen)
    if p == 0 or q == 0:
        return np.inf
    cost = problem.costs.columns(sizes.site[built].astype(np.int32))
    link = hubs.link[sizes.site[built]][:, chosen]
    free = np.concatenate([np.isfinite(cost).ravel(), np.isfinite(link).ravel()])
    cost = np.where(np.isfinite(cost), cost, 0.0) * problem.weight[:, None]
    objective = np.concatenate([cost.ravel(), np.where(np.isfinite(link), link, 0.0).ravel()])
    per_site = np.hstack([np.kron(problem.demand, np.eye(p)), np.zeros((p, p * q))])
    supply = np.hstack([np.zeros((p, n * p)), np.kron(np.eye(p), np.ones(q))])
    sent = np.hstack([np.zeros((q, n * p)), np.kron(np.ones(p), np.eye(q))])
    bounded, held = np.isfinite(sizes.capacity[built]), np.isfinite(hubs.capacity[chosen])
    answer = linprog(
        objective,
        A_ub=np.vstack([per_site[bounded], -per_site, sent[held]]),
        b_ub=np.concatenate(
            [
                sizes.capacity[built][bounded],
                -sizes.min_use[built],
                hubs.capacity[chosen][held],
            ]
        ),
        A_eq=np.vstack(
            [np.hstack([np.kron(np.eye(n), np.ones(p)), np.zeros((n, p * q))]), per_site - supply]
        ),
        b_eq=np.concatenate([np.ones(n), np.zeros(p)]),
        bounds=[(0, None if allowed else 0) for allowed in free],
    )
    fixed = sizes.fixed_cost[built].sum() + hubs.fixed_cost[chosen].sum()
    return answer.fun + fixed if answer.status == 0 else np.inf


def two_level_optimum(problem):
    """Return the least cost over every choice of sizes and of hubs, inf if there is none."""
    count = len(problem.hubs.fixed_cost)
    return min(
        (
            two_level_cost(problem, built, np.array(chosen, dtype=int))
            for built in choices(problem)
            for size in range(1, count + 1)
            for chosen in itertools.combinations(range(count), size)
        ),
        default=np.inf,
    )


def assert_supplied(problem, result):
    """Check the flows of the upper level from the definitions."""
    flows, hubs, m = result.flows, problem.hubs, problem.costs.shape[1]
    load = np.bincount(flows.site, flows.share * problem.demand[flows.customer], m)
    came = np.bincount(flows.hub_site, flows.hub_flow, m)
    total = max(problem.demand.sum(), 1.0)
    np.testing.assert_allclose(came, load, atol=1e-6 * total)
    sent = np.bincount(flows.hub, flows.hub_flow, len(hubs.capacity))
    assert np.all(sent <= hubs.capacity + 1e-6 * total)
    assert set(flows.hub) <= set(result.open_hubs)
    table = problem.costs.columns(np.arange(m, dtype=np.int32))
    paid = table[flows.customer, flows.site] * problem.weight[flows.customer] * flows.share
    value = paid.sum() + problem.sizes.fixed_cost[result.size].sum()
    value += (hubs.link[flows.hub_site, flows.hub] * flows.hub_flow).sum()
    value += hubs.fixed_cost[result.open_hubs].sum()
    np.testing.assert_allclose(result.objective, value, rtol=1e-9, atol=1e-9)
