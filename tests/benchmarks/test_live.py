"""Reading what is live where every answer takes 50 ms: one environment, and a hundred in one process.

The simulator runs in a process of its own, with ARM's read rate for each subscription.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.observing import ANYWHERE, STACK, name_of, subscription_of
from verifier.config import Options, Settings, settings
from verifier.live.documents import Documents, Found
from verifier.live.read_plan import wanted
from verifier.live.reader import Reader
from verifier.live.targets import Targets
from verifier.live.waves import read_environment
from verifier.terraform import load
from verifier.world.binding import with_ids
from verifier.world.pairing import Intended
from verifier.world.reading import reading
from verifier.world.targets import targets_of

LATENCY = 0.05
ENVIRONMENTS = 100
MOST_ROUND_TRIPS = 3.5
MOST_TIMES_AS_LONG = 10
MOST_MEGABYTES = 300
WORLD = STACK / "examples" / "healthy.world.json"
OBSERVING = Path(__file__).with_name("observing.py")

SERVE = """
import json, sys
from pathlib import Path
from verifier.simulator import Simulator
with Simulator(Path(sys.argv[1]), page_size=100, read_budget=250) as simulator:
    ends = {"arm": simulator.arm_endpoint, "kubernetes": simulator.kubernetes_endpoint}
    print(json.dumps(ends | {"environment": simulator.identity_environment()}), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The endpoints of a simulator with all the environments; its identity is this process's for as long."""
    file = tmp_path_factory.mktemp("world") / "world.json"
    file.write_text(json.dumps(fleet()), "utf-8")
    command = [sys.executable, "-c", SERVE, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        ends = json.loads(server.stdout.readline())
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (ends.pop("environment") | {"NO_PROXY": "127.0.0.1"}).items():
                patch.setenv(name, value)
            yield ends
        server.terminate()


def fleet() -> dict[str, object]:
    """The healthy world once for each environment, each with names and identities of its own."""
    text = WORLD.read_text("utf-8")
    world: dict[str, Any] = json.loads(text)
    own = set(re.findall(r'"(?:principalId|clientId)":\s*"([0-9a-f-]{36})"', text))
    resources = []
    for number in range(ENVIRONMENTS):
        name = name_of(number)
        copy = text.replace(str(world["subscription"]), subscription_of(number))
        for old, new in (
            ("armpilot-dev", f"armpilot-{name}"),
            ("armpilotdev", f"armpilot{name}"),
            ("k8s-dev", f"k8s-{name}"),
        ):
            copy = copy.replace(old, new)
        for identifier in own:
            copy = copy.replace(identifier, f"{identifier[:-4]}{number:04x}")
        resources += json.loads(copy)["resources"]
    [issuer] = set(re.findall(r'"issuerURL":\s*"([^"]+)"', text))
    objects = [
        *world["objects"],
        {"apiVersion": "v1", "kind": "OpenIDConfiguration", "metadata": {"name": "issuer"}, "issuer": issuer},
    ]
    return world | {
        "resources": resources,
        "objects": objects,
        "faults": [{"match": ".", "kind": "latency", "seconds": LATENCY}],
    }


@pytest.fixture
def asked(served: Mapping[str, str]) -> Settings:
    """One of the environments."""
    options = Options(
        root=STACK,
        inputs=(f"subscription_id={subscription_of(0)}", f"environment={name_of(0)}"),
        arm_endpoint=served["arm"],
        kubernetes_endpoint=served["kubernetes"],
    )
    return settings(options, os.environ)


@pytest.fixture
def targets(asked: Settings) -> Targets:
    configuration = load(asked.root, inputs=asked.inputs)
    plan = with_ids(configuration.plan, subscription_of(0))
    return targets_of(Intended(plan=plan, subscription=subscription_of(0)), None)


@pytest.fixture
def reader(asked: Settings, targets: Targets) -> Iterator[Reader]:
    """A reader that has read before: it has its token, and its clients are made."""
    plan = load(asked.root, inputs=asked.inputs).plan()
    with reading(asked, plan) as reader:
        read_environment(targets, reader)
        yield reader


def not_found(documents: Documents) -> list[str]:
    return [f"{wanted}: {outcome}" for wanted, outcome in documents if not isinstance(outcome, Found)]


@pytest.mark.benchmark(group="one environment, 50 ms an answer")
def test_all_that_one_environment_needs_is_read_at_once(
    benchmark: BenchmarkFixture, targets: Targets, reader: Reader
) -> None:
    documents = benchmark.pedantic(read_environment, args=(targets, reader), rounds=11, warmup_rounds=1)
    assert not_found(documents) == []
    if benchmark.enabled:
        benchmark.extra_info["reads"] = len(list(documents))
        assert benchmark.stats.stats.min < MOST_ROUND_TRIPS * LATENCY


@pytest.mark.benchmark(group="one environment, 50 ms an answer")
def test_the_same_one_after_another(benchmark: BenchmarkFixture, targets: Targets, reader: Reader) -> None:
    def one_after_another() -> Documents:
        documents = Documents()
        while requests := wanted(targets, documents):
            documents = documents.with_more({request: reader.read(request) for request in requests})
        return documents

    documents = benchmark.pedantic(one_after_another, rounds=3, warmup_rounds=1)
    assert not_found(documents) == []


@pytest.fixture(scope="module")
def fastest() -> dict[int, float]:
    """The seconds of the fastest round, by the number of environments."""
    return {}


@pytest.mark.benchmark(group="environments in one process, 50 ms an answer")
@pytest.mark.parametrize(
    ("count", "where"),
    [(1, ""), (ENVIRONMENTS, ""), (ENVIRONMENTS, ANYWHERE)],
    ids=["one", "a hundred", "a hundred, on any processor"],
)
def test_environments_in_one_process(
    benchmark: BenchmarkFixture, served: Mapping[str, str], fastest: dict[int, float], count: int, where: str
) -> None:
    asked = count if benchmark.enabled else min(count, 3)
    command = [sys.executable, str(OBSERVING), str(asked), served["arm"], served["kubernetes"], where]

    def observe() -> dict[str, object]:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seen: dict[str, object] = json.loads(done.stdout)
        return seen

    seen = benchmark.pedantic(observe, rounds=5, warmup_rounds=1)
    benchmark.extra_info.update(seen)
    outcomes = seen["outcomes"]
    assert isinstance(outcomes, dict)
    assert set(outcomes) == {"Found"}
    assert float(str(seen["megabytes"])) < MOST_MEGABYTES
    assert refused(served["arm"]) == 0
    print(f"{count} environments in one process: {seen}")
    if benchmark.enabled and not where:
        fastest[count] = benchmark.stats.stats.min
        assert fastest[count] < MOST_TIMES_AS_LONG * fastest.get(1, math.inf)


def refused(endpoint: str) -> int:
    """How many reads the simulator has refused as too many."""
    with urllib.request.urlopen(f"{endpoint}/_simulator/requests") as answer:  # noqa: S310 - this machine
        return sum(seen["status"] == 429 for seen in json.load(answer))
