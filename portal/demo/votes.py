"""The votes of the demo world."""


async def seed_votes(network: str) -> bool:
    """Open what is asked in a network; True when anything was."""
    return bool(network) and False
