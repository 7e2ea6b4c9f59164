"""Who runs what when processes share a run: the longest first, so that no core is left idle at the end.

All journeys go to one process, which alone has to set the stage for them. What mostly waits (for a lease, for a killed
program to be missed, for the next tick) runs in a process of its own beside those that are busy. That one ends with it:
what is told how long it may take should not wait for a core that two others want.
"""

from typing import Any

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

# Each a folder or a file; what lies in a folder stays together. In the order in which they begin.
WAITING = ("tests/faults/test_killed.py", "tests/faults/test_outages.py")
# What has to be quick begins when nobody waits any more, and no earlier than it must.
QUICK = ("tests/local/test_up.py",)
LONGEST = (
    *WAITING,
    "tests/browser/",
    "tests/isolation/test_every_form.py",
    "tests/isolation/test_every_address.py",
    "tests/local/test_up.py",
    "tests/isolation/test_every_link.py",
    "tests/spaces/test_large.py",
)


class Shares(LoadFileScheduling):
    """As ``--dist loadfile``, but for the order and for who waits: the last of three or more processes."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.waiter: WorkerController | None = None

    def add_node(self, node: WorkerController) -> None:
        super().add_node(node)
        if not self.collection_is_completed:
            self.waiter = node if self.numnodes > 2 and len(self.nodes) == self.numnodes else None

    def _split_scope(self, nodeid: str) -> str:
        return next((part for part in LONGEST if nodeid.startswith(part)), super()._split_scope(nodeid))

    def _assign_work_unit(self, node: WorkerController) -> None:
        if part := self._next_for(node):
            self.workqueue.move_to_end(part, last=False)
            super()._assign_work_unit(node)
        else:
            node.shutdown()

    def _reschedule(self, node: WorkerController) -> None:
        if self.workqueue and not node.shutting_down and not self._next_for(node):
            node.shutdown()
        else:
            super()._reschedule(node)

    def _next_for(self, node: WorkerController) -> str | None:
        """What begins first of what is left for this process; without one that waits, all is for all."""
        waits = node is self.waiter
        is_for_all = self.waiter not in self.nodes
        fitting = [part for part in self.workqueue if is_for_all or waits == (part in WAITING)]
        if not is_for_all:
            fitting = [part for part in fitting if part not in QUICK] or fitting
        return min(fitting, key=lambda part: LONGEST.index(part) if part in LONGEST else len(LONGEST), default=None)
