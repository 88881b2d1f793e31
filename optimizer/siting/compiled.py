"""Compile the kernels of the decomposition: plain functions over arrays, cached between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")


def kernel(function: Function) -> Function:
    """Compile `function` without the interpreter lock; the plain one stays at `.py_func`.

    numba keeps its cache beside the source, or in the user's cache folder where the package is
    read-only; where neither can be written the kernel is compiled anew in every run.
    """
    try:
        compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        compiled = numba.njit(nogil=True, error_model="numpy")(function)
    return cast("Function", compiled)
