from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from verifier.live import allowance, waves
from verifier.live.allowance import LONGEST_PAUSE_SECONDS, LOW, Allowance
from verifier.live.deadline import until
from verifier.live.waves import THREADS, read_environment
from verifier.live.wire import session
from verifier.simulator import planes
from verifier.simulator.wire import Answer

URL = "https://management.azure.com/subscriptions/S/resourceGroups/rg"
LEFT = "x-ms-ratelimit-remaining-subscription-reads"


def pause(**headers):
    kept = Allowance()
    kept.remember(URL, headers)
    return kept.pause(URL)


@pytest.mark.parametrize(
    ("left", "seconds"),
    [("249", 0), (str(LOW), 0), (str(LOW // 2), LONGEST_PAUSE_SECONDS / 2), ("0", LONGEST_PAUSE_SECONDS)],
)
def test_the_fewer_reads_are_left_the_longer_is_waited(left, seconds):
    assert pause(**{LEFT: left}) == seconds


@pytest.mark.parametrize("left", ["", "many", "-1", "1.5", "²"])
def test_what_is_no_number_slows_nothing(left):
    assert pause(**{LEFT: left}) == 0


def test_the_smaller_of_two_allowances_counts():
    assert pause(**{LEFT: "200", "x-ms-ratelimit-remaining-subscription-global-reads": "0"}) == LONGEST_PAUSE_SECONDS


def test_each_subscription_has_its_own():
    kept = Allowance()
    kept.remember(URL, {LEFT: "0"})
    assert kept.pause(URL.replace("/S/", "/other/")) == 0
    assert kept.pause(URL.replace("/S/", "/s/")) == LONGEST_PAUSE_SECONDS


def test_an_answer_that_says_nothing_changes_nothing():
    kept = Allowance()
    kept.remember(URL, {LEFT: "0"})
    kept.remember(URL, {})
    assert kept.pause(URL) == LONGEST_PAUSE_SECONDS


def test_all_threads_together_ask_no_faster_than_the_bucket_refills():
    assert THREADS / LONGEST_PAUSE_SECONDS <= 25


def test_an_environment_is_read_without_being_refused_once(serve, world, targets, ids, reader_of, monkeypatch):
    monkeypatch.setattr(waves, "THREADS", 12)  # fewer than an environment's reads
    targets = replace(targets, grant_scopes=(ids["registry"], ids["group"]))
    simulator = serve(world, page_size=100, read_budget=12)
    read_environment(targets, reader_of(simulator))
    asked = [seen for seen in simulator.requests if seen.path.startswith("/subscriptions/")]
    assert len(asked) > 12
    assert {seen.status for seen in asked} == {200}


def test_a_pause_that_the_deadline_would_come_in_is_not_made(serve, world, ids, monkeypatch):
    monkeypatch.setattr(allowance, "LONGEST_PAUSE_SECONDS", 120.0)
    simulator = serve(world, read_budget=1)
    reading = session(simulator.arm_endpoint)
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    token = {"Authorization": f"Bearer {simulator.token()}"}
    assert reading.get(url, headers=token).status_code == 200
    with until(time.monotonic() + 60):
        reading.get(url, headers=token)
    assert len(simulator.requests) >= 2


def test_the_simulator_counts_each_subscription_s_reads_apart(monkeypatch):
    monkeypatch.setattr(planes, "time", SimpleNamespace(monotonic=lambda: 7.0))
    budget = planes.ReadBudget(1)
    answers = [budget.counted(Answer(status=200, body=None), subscription) for subscription in ("s", "other", "S")]
    assert [answer.status for answer in answers] == [200, 200, 429]
