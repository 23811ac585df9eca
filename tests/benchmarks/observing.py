"""Observe COUNT environments in this one process, as a fleet would: `python observing.py COUNT ARM KUBERNETES`.

All share one reader, and so one token and one allowance for each subscription. Prints as JSON the peak megabytes and
the reads by how they ended. ANYWHERE after these lets the system move the process between processors.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from verifier.config import Options, settings
from verifier.live.connect import connect
from verifier.live.endpoints import Endpoints
from verifier.live.reader import Reader
from verifier.terraform.loading import RootsRead
from verifier.world.observe import observe

STACK = Path(__file__).resolve().parents[2] / "terraform"
PER_SUBSCRIPTION = 10
AT_A_TIME = 6
ANYWHERE = "anywhere"


def subscription_of(number: int) -> str:
    return f"00000000-52c1-4d39-9d0b-{number // PER_SUBSCRIPTION:012d}"


def name_of(number: int) -> str:
    return f"e{number % PER_SUBSCRIPTION}"


def observed(number: int, arm: str, kubernetes: str, reader: Reader, read: RootsRead) -> Counter[str]:
    variables = (f"subscription_id={subscription_of(number)}", f"environment={name_of(number)}")
    options = Options(root=STACK, inputs=variables, arm_endpoint=arm, kubernetes_endpoint=kubernetes)
    world = observe(settings(options, os.environ), reader=reader, read=read)
    return Counter(type(outcome).__name__ for _, outcome in world.documents)


def main(count: int, arm: str, kubernetes: str, where: str = "") -> None:
    gc.set_threshold(50_000, 20, 20)  # as the command does
    if where != ANYWHERE:
        stay_on_one_processor()
    reader = connect(Endpoints(cloud="AzureCloud", arm=arm, kubernetes=kubernetes))
    read = RootsRead()
    # Each subscription has an allowance of its own: they take turns, so that none is used up while others wait.
    taking_turns = sorted(range(count), key=lambda number: number % PER_SUBSCRIPTION)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        outcomes = sum(pool.map(lambda n: observed(n, arm, kubernetes, reader, read), taking_turns), Counter[str]())
    print(json.dumps({"megabytes": peak_megabytes(), "outcomes": outcomes}))


def stay_on_one_processor() -> None:
    """Have all threads run on the same processor, where the system lets a process choose.

    Python runs one of them at a time anyway. On two processors each answer that comes wakes a thread on the other one,
    which finds Python's lock taken: a fifth of the time goes into that.
    """
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def peak_megabytes() -> float:
    """This program's own peak. Linux's getrusage counts what the process was before it became this program, too."""
    status = Path("/proc/self/status")
    if status.is_file():
        (line,) = (line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
