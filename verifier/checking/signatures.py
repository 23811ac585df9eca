"""Error texts and what they mean: the catalogue in checks/errors.toml, and finding a text in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from verifier.checking.bundled import checks_directory
from verifier.errors import ConfigurationError
from verifier.hcl.frozen import frozen


@frozen(kw_only=True)
class LikelyCause:
    """What may be behind an error: the checks that confirm it, or how to find out where no check can."""

    says: str
    checks: tuple[str, ...] = ()
    otherwise: str = ""


@frozen(kw_only=True)
class Signature:
    """One error as it is recognised: what it means, and its likely causes in order.

    `inside` names the signature of which this one tells more. `see` is where this is from.
    """

    id: str
    title: str
    matches: tuple[re.Pattern[str], ...]
    means: str
    causes: tuple[LikelyCause, ...]
    inside: str = ""
    note: str = ""
    see: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that confirm a cause, the likeliest first."""
        return tuple(dict.fromkeys(check for cause in self.causes for check in cause.checks))


@frozen(kw_only=True)
class Signatures:
    """All of them by id, and by the name of a log what it tells."""

    by_id: Mapping[str, Signature]
    look: Mapping[str, str]


@frozen(kw_only=True)
class Recognised:
    """A signature that a text has, the words it was recognised by, and the wider ones that it tells more of."""

    signature: Signature
    words: str
    within: tuple[Signature, ...] = ()


def recognise(text: str, signatures: Signatures) -> tuple[Recognised, ...]:
    """What a text says, in the order it says it.

    One that another found one tells more of is not told for itself, but as what that is within. Two that have nothing
    to do with each other are two: which is the cause of the job's end is not for the text to say.
    """
    plain = _run_together(text)
    found = {s.id: at for s in signatures.by_id.values() if (at := _first(s, plain)) is not None}
    wider = {outer.id for id_ in found for outer in _within(id_, signatures)}
    told = sorted((id_ for id_ in found if id_ not in wider), key=lambda id_: (found[id_].start(), id_))
    return tuple(
        Recognised(
            signature=signatures.by_id[id_],
            words=found[id_].group(),
            within=tuple(outer for outer in _within(id_, signatures) if outer.id in found),
        )
        for id_ in told
    )


def read_signatures(file: Path | None = None) -> Signatures:
    """The bundled catalogue of errors, or another file's. Raises ConfigurationError for one that is not right."""
    file = file or checks_directory() / "errors.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        return Signatures(
            by_id={id_: _signature(id_, said) for id_, said in table["error"].items()}, look=table["look"]
        )
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise ConfigurationError(
            f"not a catalogue of errors: {error}", where=file.as_posix(), next_step="install verify-infra again"
        ) from None


def _signature(id_: str, said: Mapping[str, Any]) -> Signature:
    fields = dict(said)
    return Signature(
        id=id_,
        matches=tuple(re.compile(pattern, re.IGNORECASE) for pattern in fields.pop("matches")),
        causes=tuple(_cause(cause) for cause in fields.pop("causes")),
        see=tuple(fields.pop("see", ())),
        **fields,
    )


def _cause(said: Mapping[str, Any]) -> LikelyCause:
    return LikelyCause(**{**said, "checks": tuple(said.get("checks", ()))})


def _run_together(text: str) -> str:
    """The text as one line, without the escapes that quoting it in JSON or a log leaves in it."""
    unescaped = re.sub(r"\\+[nrt]", " ", text)
    return " ".join(re.sub(r"\\+(?=[\"'])", "", unescaped).split())


def _first(signature: Signature, text: str) -> re.Match[str] | None:
    found = [match for pattern in signature.matches if (match := pattern.search(text))]
    return min(found, key=lambda match: match.start()) if found else None


def _within(id_: str, signatures: Signatures) -> Iterator[Signature]:
    """The signatures that one tells more of, the nearest first."""
    seen: Sequence[str] = (id_,)
    outer = signatures.by_id[id_].inside
    while outer and outer not in seen:
        yield signatures.by_id[outer]
        seen = (*seen, outer)
        outer = signatures.by_id[outer].inside
