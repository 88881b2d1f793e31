"""Input faults, each with a place, a code, a cause and what to do; several at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault of the input.

    `place` is `file`, `file:line` or `file:line:column` (1-based); `code` stands in the README's
    index (for example `F101`); `cause` says what is wrong, `action` what to do about it.
    """

    place: str
    code: str
    cause: str
    action: str

    def __str__(self) -> str:
        """One line: `place CODE cause — action`."""
        return f"{self.place} {self.code} {self.cause} — {self.action}"


class Refusal(Exception):  # noqa: N818 - a refusal is not an error of ours
    """The input is refused; carries every fault found (exit code 2)."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
