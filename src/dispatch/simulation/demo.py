import asyncio
from dispatch.simulation import one_night
def run(port: int|None, speed: float, once: bool) -> int:
    return asyncio.run(one_night.play())
