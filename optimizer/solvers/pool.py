"""The local pool: work side by side in processes of their own, with progress, and ended at will.

PyVRP holds the interpreter's lock while it searches, so that threads would take turns. A child is
started once and serves tasks until there are none; parent and child talk in pickled frames, each
behind its length. Ctrl-C belongs to the parent, which tells the children to stop: they answer with
the best they have.
"""

from __future__ import annotations

import io
import os
import pickle
import queue
import struct
import subprocess
import sys
import tempfile
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from optimizer.core.limits import Cancel, Listener, Progress, silent
from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOOK_S = 0.1  # how often the cancel switch is looked at
GRACE_S = 10.0  # what a cancelled child may take to answer with its best
LENGTH = struct.Struct("<Q")
TASK, STOP, ANSWER, PROGRESS, REFUSED = "task", "stop", "answer", "progress", "refused"


class Task(NamedTuple):
    """A call: "package.module:function" with keywords; it gets `listener` and `cancel` as well."""

    function: str
    keywords: dict[str, Any]


def side_by_side(
    tasks: Sequence[Task],
    *,
    processes: int = 2,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> Iterator[tuple[int, Any]]:
    """Run tasks in child processes; yield (number of the task, its answer) as they come.

    Once cancelled no further task is begun; those that run answer with what they have, and what
    does not answer in time is ended without an answer.

    Raises
    ------
    Refusal
        What a task refused, or F592 when a child died.
    """
    cancel = cancel or Cancel()
    waiting: queue.Queue[int] = queue.Queue()
    for rank in range(len(tasks)):
        waiting.put(rank)
    events: queue.Queue[tuple[str, int, Any]] = queue.Queue()
    children = [_Child(tasks, waiting, events) for _ in range(min(processes, len(tasks)))]
    try:
        yield from _answers(children, events, listener, cancel)
    finally:
        for child in children:
            child.end()


def _answers(
    children: list[_Child],
    events: queue.Queue[tuple[str, int, Any]],
    listener: Listener,
    cancel: Cancel,
) -> Iterator[tuple[int, Any]]:
    at_work, left_s = len(children), GRACE_S
    while at_work:
        try:
            kind, rank, value = events.get(timeout=LOOK_S)
        except queue.Empty:
            if cancel.cancelled:
                left_s -= LOOK_S
                for child in children:
                    child.stop()
            if left_s <= 0.0:
                return
            continue
        if kind == PROGRESS:
            listener(value)
        elif kind == ANSWER:
            yield rank, value
        elif kind == REFUSED:
            raise value
        else:
            at_work -= 1


class _Child:
    """One process and the thread that feeds it."""

    def __init__(
        self,
        tasks: Sequence[Task],
        waiting: queue.Queue[int],
        events: queue.Queue[tuple[str, int, Any]],
    ) -> None:
        self._tasks, self._waiting, self._events = tasks, waiting, events
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from optimizer.solvers.pool import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        self._stopped = False
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._feed, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tell the child to come to an end with the best it has."""
        if not self._stopped:
            self._stopped = True
            self._send((STOP, None))

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    def _send(self, frame: tuple[str, Any]) -> None:
        try:
            with self._writing:
                _write(self._process.stdin, frame)
        except OSError:
            return  # a child that is gone is noticed where its answer is read

    def _feed(self) -> None:
        try:
            while not self._stopped:
                try:
                    rank = self._waiting.get_nowait()
                except queue.Empty:
                    break
                self._send((TASK, self._tasks[rank]))
                if not self._read(rank):
                    break
        finally:
            self._events.put(("idle", -1, None))

    def _read(self, rank: int) -> bool:
        """Pass on what the child says until its answer; return whether it lives on."""
        while True:
            frame = _read(self._process.stdout)
            if frame is None:
                self._events.put((REFUSED, rank, Refusal(self._died())))
                return False
            kind, value = frame
            self._events.put((kind, rank, value))
            if kind != PROGRESS:
                return bool(kind == ANSWER)

    def _died(self) -> Fault:
        code = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip()[-300:]
        cause = f"a process of the pool ended with {code}: {said or 'no message'}"
        return Fault("pool", "F592", cause, "give it more memory, or fewer processes")


def _write(stream: Any, frame: tuple[str, Any]) -> None:
    content = pickle.dumps(frame, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def _read(stream: Any) -> tuple[str, Any] | None:
    """Return the next frame, or None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    content = stream.read(size)
    if len(content) < size:
        return None
    frame: tuple[str, Any] = pickle.load(io.BytesIO(content))  # noqa: S301 - between our processes
    return frame


def serve() -> None:
    """Answer tasks from stdin on stdout until there are no more (the child's side)."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a solver prints must not mix with the answers
    cancel = Cancel()
    tasks: queue.Queue[Task | None] = queue.Queue()

    def listen() -> None:
        while (frame := _read(sys.stdin.buffer)) is not None:
            if frame[0] == STOP:
                cancel.cancel()
            else:
                tasks.put(frame[1])
        cancel.cancel()
        tasks.put(None)

    threading.Thread(target=listen, daemon=True).start()

    def tell(progress: Progress) -> None:
        _write(answers, (PROGRESS, progress))

    while (task := tasks.get()) is not None:
        module, name = task.function.split(":")
        try:
            call = getattr(import_module(module), name)
            answer = (ANSWER, call(**task.keywords, listener=tell, cancel=cancel))
        except Refusal as refusal:
            answer = (REFUSED, refusal)
        _write(answers, answer)
