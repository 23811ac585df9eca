"""What a run was asked to do: options, then the environment, then verifier.toml beside the root module.

    option            environment                    verifier.toml
    --var-file        -                              var_files        paths, relative to the file that names them
    --subscription    VERIFIER_SUBSCRIPTION          subscription
    --cloud           VERIFIER_CLOUD                 cloud
    --kube-context    VERIFIER_KUBE_CONTEXT          kube_context
    --no-kubernetes   -                              kubernetes       false: what is inside the cluster is not read,
                                                     unless an option or the environment says where
    --deadline        VERIFIER_DEADLINE              deadline         seconds
    --checks          -                              checks           folders, relative to the file that names them
    --state           -                              state            a path, relative to the file that names it
    --backend-config  -                              -
    --baseline        -                              baseline         a path, relative to the file that names it
    --fail-on         -                              fail_on          a severity
    -                 -                              severity         a table: a severity for a check's id
    -                 -                              waivers          tables: what is accepted (waiver.py)
    -                 -                              owned_elsewhere  kinds of things that something else makes
    -                 -                              jobs_use_workload_identity  true where training jobs sign in by
                                                     federation: credentials for them are then judged, and not inert
    -                 -                              submitters       object ids of those who submit jobs
    --arm-endpoint    VERIFIER_ARM_ENDPOINT          -
    --kubernetes-endpoint  VERIFIER_KUBERNETES_ENDPOINT  -
    --kubernetes-ca   VERIFIER_KUBERNETES_CA         -
    --blob-endpoint   VERIFIER_BLOB_ENDPOINT         -

The first that says something wins; lists are replaced, not joined. Endpoints are not read from the file: a pull
request must not be able to say where a token is sent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from verifier.errors import ConfigurationError, UsageError
from verifier.hcl import disk
from verifier.hcl.frozen import field, frozen
from verifier.preferences import SEVERITIES, Preferences, read_preferences
from verifier.waiver import Waiver

if TYPE_CHECKING:
    from datetime import datetime

OnRead: TypeAlias = Callable[[str, str], None]
"""Called after each read with what was asked for and how it ended: found, absent, denied or failed. Any thread."""

DEFAULT_DEADLINE = 120.0
CLOUDS = ("AzureCloud", "AzureUSGovernment", "AzureChinaCloud")


@frozen(kw_only=True)
class Settings:
    """One run's subject and reach.

    `root` and all paths are as the user gave them, relative to the working directory. `inputs` are var files and
    `-var`-style pairs, in the order given. `environment` is the process's (TF_VAR_*, ARM_SUBSCRIPTION_ID, …). Empty
    strings mean "not said". `kubernetes` is whether the inside of the cluster is read. `offline` judges the source
    alone. `checks` are further folders of checks. `select` is a pytest -k expression. `trace` is a file for a line
    about each request. `simulated` is the world that an embedded simulator serves at the endpoints, for what reports
    say. `state` is a file with Terraform's state; without one, a local backend's is looked for beside the root module,
    and an azurerm backend's is read from its blob. `backend_config` is what `terraform init` was told of the backend.
    `now` is when the run is, by which it is judged what is recent; without one it is the clock's, or when the snapshot
    was taken. By `now`, or else by the clock, waivers end. `severities` are by check id. Disagreements less severe
    than `fail_on` do not fail the run, nor do those that `baseline` knows.
    """

    root: Path
    inputs: tuple[Path | tuple[str, str], ...] = ()
    subscription: str = ""
    cloud: str = CLOUDS[0]
    arm_endpoint: str = ""
    kubernetes_endpoint: str = ""
    kubernetes_ca: Path | None = None
    blob_endpoint: str = ""
    kubeconfig: Path | None = None
    kube_context: str = ""
    kubernetes: bool = True
    snapshot: Path | None = None
    simulated: Path | None = None
    state: Path | None = None
    backend_config: tuple[str, ...] = ()
    offline: bool = False
    checks: tuple[Path, ...] = ()
    select: str = ""
    deadline_seconds: float = DEFAULT_DEADLINE
    trace: Path | None = None
    cache: bool = True
    owned_elsewhere: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    fail_on: str = SEVERITIES[-1]
    baseline: Path | None = None
    submitters: tuple[str, ...] = ()
    now: datetime | None = None
    jobs_use_workload_identity: bool = False
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    on_read: OnRead | None = field(default=None, repr=False, compare=False)

    @property
    def live(self) -> str:
        """In words, what is read as reality."""
        if self.offline:
            return "nothing (offline)"
        if self.simulated is not None:
            return f"the simulator, {self.simulated.as_posix()}"
        if self.snapshot is not None:
            return f"the snapshot {self.snapshot.as_posix()}"
        return f"{self.cloud} at {self.arm_endpoint}" if self.arm_endpoint else self.cloud


@frozen(kw_only=True)
class Options:
    """What the command line said. None, an empty string or an empty tuple is "not said".

    `inputs` are var files (paths) and `NAME=VALUE` texts, in the order given: of one variable the later one wins.
    """

    root: Path = Path()
    inputs: tuple[Path | str, ...] = ()
    subscription: str = ""
    cloud: str = ""
    arm_endpoint: str = ""
    kubernetes_endpoint: str = ""
    kubernetes_ca: Path | None = None
    blob_endpoint: str = ""
    kubeconfig: Path | None = None
    kube_context: str = ""
    kubernetes: bool = True
    snapshot: Path | None = None
    simulated: Path | None = None
    state: Path | None = None
    backend_config: tuple[str, ...] = ()
    offline: bool = False
    checks: tuple[Path, ...] = ()
    select: str = ""
    deadline_seconds: float | None = None
    trace: Path | None = None
    cache: bool = True
    now: datetime | None = None
    fail_on: str = ""
    baseline: Path | None = None


def settings(options: Options, environment: Mapping[str, str], *, on_read: OnRead | None = None) -> Settings:
    """Join what the command line, the environment and verifier.toml say.

    Raises UsageError for options that exclude each other, and for what the command line says wrongly;
    ConfigurationError for a root that is not a directory, a file that cannot be read, an unknown key, or a value of the
    wrong sort.
    """
    _demand_directory(options.root)
    _refuse_contradictions(options)
    _refuse_traced_snapshot(options)
    _refuse_unread_kubernetes(options)
    preferences = read_preferences(options.root)
    return Settings(
        root=options.root,
        inputs=_inputs(options, preferences),
        subscription=options.subscription or environment.get("VERIFIER_SUBSCRIPTION", "") or preferences.subscription,
        cloud=_cloud(options, environment, preferences),
        arm_endpoint=options.arm_endpoint or environment.get("VERIFIER_ARM_ENDPOINT", ""),
        kubernetes_endpoint=options.kubernetes_endpoint or environment.get("VERIFIER_KUBERNETES_ENDPOINT", ""),
        kubernetes_ca=_kubernetes_ca(options, environment),
        blob_endpoint=options.blob_endpoint or environment.get("VERIFIER_BLOB_ENDPOINT", ""),
        kubeconfig=options.kubeconfig,
        kube_context=options.kube_context or environment.get("VERIFIER_KUBE_CONTEXT", "") or preferences.kube_context,
        kubernetes=options.kubernetes and (preferences.kubernetes or _says_where(options, environment)),
        snapshot=options.snapshot,
        simulated=options.simulated,
        state=options.state or preferences.state,
        backend_config=options.backend_config,
        offline=options.offline,
        checks=options.checks or preferences.checks,
        select=options.select,
        deadline_seconds=_deadline(options, environment, preferences),
        trace=options.trace,
        cache=options.cache,
        owned_elsewhere=preferences.owned_elsewhere,
        waivers=preferences.waivers,
        severities=preferences.severity,
        fail_on=_fail_on(options, preferences),
        baseline=options.baseline or preferences.baseline,
        submitters=preferences.submitters,
        now=options.now,
        jobs_use_workload_identity=preferences.jobs_use_workload_identity,
        environment=environment,
        on_read=on_read,
    )


def _demand_directory(root: Path) -> None:
    if disk.is_directory(root):
        return
    if disk.exists(root):
        raise ConfigurationError(
            "this is a file",
            where=root.as_posix(),
            expected="the directory of a Terraform root module",
            next_step=f"name its directory: {root.parent.as_posix()}",
        )
    raise ConfigurationError(
        "there is no such directory",
        where=root.as_posix(),
        expected="the directory of a Terraform root module",
        next_step="name it: verify-infra run path/to/terraform",
    )


def _refuse_contradictions(options: Options) -> None:
    wheres = {
        "--snapshot": options.snapshot is not None,
        "--simulate": options.simulated is not None,
        "--arm-endpoint": bool(options.arm_endpoint),
    }
    given = [name for name, is_given in wheres.items() if is_given]
    if len(given) > 1:
        raise UsageError(
            "these say different things of where to read what is live",
            where=" and ".join(given),
            expected="one of them",
        )


def _refuse_unread_kubernetes(options: Options) -> None:
    wheres = {
        "--kubernetes-endpoint": bool(options.kubernetes_endpoint),
        "--kube-context": bool(options.kube_context),
        "--kubeconfig": options.kubeconfig is not None,
        "--snapshot": options.snapshot is not None,
    }
    if not options.kubernetes and (given := [name for name, is_given in wheres.items() if is_given]):
        raise UsageError(
            "these say different things of whether the cluster is read",
            where=f"--no-kubernetes and {given[0]}",
            expected="one of them",
        )


def _says_where(options: Options, environment: Mapping[str, str]) -> bool:
    """Whether this very run was told where the cluster is read."""
    told = options.kubernetes_endpoint or options.kube_context or options.kubeconfig or options.simulated
    return bool(told) or any(environment.get(f"VERIFIER_{name}") for name in ("KUBERNETES_ENDPOINT", "KUBE_CONTEXT"))


def _refuse_traced_snapshot(options: Options) -> None:
    if options.snapshot is not None and options.trace is not None:
        raise UsageError(
            "verifying a snapshot sends no request that could be traced",
            where="--snapshot and --trace",
            expected="one of them",
        )


def _kubernetes_ca(options: Options, environment: Mapping[str, str]) -> Path | None:
    named = environment.get("VERIFIER_KUBERNETES_CA", "")
    file = options.kubernetes_ca or (Path(named) if named else None)
    if options.kubernetes_ca and not (options.kubernetes_endpoint or environment.get("VERIFIER_KUBERNETES_ENDPOINT")):
        raise UsageError(
            "there is no server to check with these certificates",
            where="--kubernetes-ca",
            expected="--kubernetes-endpoint, too; a kubeconfig names its own certificate-authority",
        )
    return file


def _inputs(options: Options, preferences: Preferences) -> tuple[Path | tuple[str, str], ...]:
    """The command line's var files and variables; without a var file there, those of verifier.toml come first."""
    said = tuple(given if isinstance(given, Path) else _pair(given) for given in options.inputs)
    return said if any(isinstance(given, Path) for given in said) else (*preferences.var_files, *said)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(
            f"{text!r} does not set a variable",
            where="--var",
            expected="NAME=VALUE",
            next_step="--var location=westus3",
        )
    return name.strip(), value


def _refused(where: str) -> type[UsageError | ConfigurationError]:
    """What a wrong setting is, by where it was said: on the command line, in the environment or in verifier.toml."""
    return UsageError if where.startswith("--") else ConfigurationError


def _cloud(options: Options, environment: Mapping[str, str], preferences: Preferences) -> str:
    sources = (
        ("--cloud", options.cloud),
        ("VERIFIER_CLOUD", environment.get("VERIFIER_CLOUD", "")),
        ("verifier.toml, cloud", preferences.cloud),
    )
    where, asked = next(((where, text) for where, text in sources if text), ("", CLOUDS[0]))
    known = {name.casefold(): name for name in CLOUDS}
    if asked.casefold() not in known:
        raise _refused(where)(f"{asked!r} is not a cloud", where=where, expected=", ".join(CLOUDS))
    return known[asked.casefold()]


def _fail_on(options: Options, preferences: Preferences) -> str:
    word = options.fail_on or preferences.fail_on or SEVERITIES[-1]
    if word not in SEVERITIES:
        where = "--fail-on" if options.fail_on else "verifier.toml, fail_on"
        raise _refused(where)(f"{word!r} is not a severity", where=where, expected=", ".join(SEVERITIES))
    return word


def _deadline(options: Options, environment: Mapping[str, str], preferences: Preferences) -> float:
    text = environment.get("VERIFIER_DEADLINE", "")
    if options.deadline_seconds is not None:
        where, seconds = "--deadline", options.deadline_seconds
    elif text:
        where = "VERIFIER_DEADLINE"
        try:
            seconds = float(text)
        except ValueError:
            raise ConfigurationError(f"{text!r} is not a number", where=where, expected="seconds, such as 90") from None
    elif preferences.deadline is not None:
        where, seconds = "verifier.toml, deadline", preferences.deadline
    else:
        return DEFAULT_DEADLINE
    if not (math.isfinite(seconds) and seconds > 0):
        raise _refused(where)(f"{seconds:g} is no deadline", where=where, expected="seconds, more than 0")
    return seconds
