"""What a start has made is not looked through again; what comes later is."""

import gc
import weakref

from portal.kit.memory import settled


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_only_what_came_later_is_collected():
    begun = gc.get_freeze_count()
    with settled():
        assert gc.get_freeze_count() > begun
        later = weakref.ref(Knot())
        gc.collect()
        assert later() is None
    assert gc.get_freeze_count() == 0
