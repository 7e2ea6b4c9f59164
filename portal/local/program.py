"""What all local programs have in common."""

from abc import ABC, abstractmethod

from portal.local.child import Child


class Program(ABC):
    """A program on this machine that the portal talks to. ``start`` is ``launch`` and ``settle``, which may be apart
    so that several programs can start at the same time."""

    child: Child

    def start(self) -> None:
        """Start and wait until it answers."""
        self.launch()
        self.settle()

    def launch(self) -> None:
        """Start without waiting."""
        self.child.start()

    def settle(self) -> None:
        """Wait until it answers."""
        self.child.wait_until(self.answers)

    @abstractmethod
    def answers(self) -> bool:
        """Whether it is ready for work."""

    def stop(self) -> None:
        """End it in good order."""
        self.child.stop(seconds=20)

    def restart(self, *, crash: bool = False) -> None:
        """End it, with ``crash`` as if the power had failed, and start it again at the same address."""
        if crash:
            self.child.kill()
        else:
            self.stop()
        self.start()
