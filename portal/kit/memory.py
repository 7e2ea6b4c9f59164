"""The collector of garbage and a process that runs for weeks."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settled() -> Iterator[None]:
    """What starting has made stays until the end, so the collector need not look through it again and again: for the
    portal that was a sixth of all time, in pauses a person could feel."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
