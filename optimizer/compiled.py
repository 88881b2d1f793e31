"""Compile kernels: plain functions over arrays, cached between runs."""

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
    return _compiled(function, nogil=True, no_cfunc_wrapper=True)


def inner_kernel(function: Function) -> Function:
    """Compile `function` for other kernels alone; it may not allocate.

    Without a way in from Python and without counting references it compiles in half the time, and
    so does whatever calls it.
    """
    return _compiled(
        function, nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True, _nrt=False
    )


def _compiled(function: Function, **options: bool) -> Function:
    try:
        compiled = numba.njit(cache=True, error_model="numpy", **options)(function)
    except RuntimeError:
        compiled = numba.njit(error_model="numpy", **options)(function)
    return cast("Function", compiled)
