"""The plain reading of a command line: what most are, understood without click, which takes long to import.

It takes less than click does and explains nothing. Whatever is not plain is left to click: help, mistakes, `-kEXPR`,
values that begin with a dash. Both read the same declarations, and what is read here is what click would have read.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.cli.declaring import Parameter, Verb


def plainly(verb: Verb, arguments: Sequence[str]) -> dict[str, object] | None:
    """Each parameter's value by its `dest`, or None where the arguments are not plain."""
    flags = {name: parameter for parameter in verb.parameters for name in parameter.flags}
    given: dict[str, list[tuple[Parameter, str]]] = {}
    words: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if not word.startswith("-"):
            words.append(word)
            continue
        name, equals, text = word.partition("=")
        parameter = flags.get(name)
        if parameter is None or (equals and not name.startswith("--")):
            return None
        if parameter.flag_value is None:
            text = text if equals else next(rest, "")
        elif equals:
            return None
        if text.startswith("-"):
            return None
        given.setdefault(parameter.dest, []).append((parameter, text))
    places = [parameter for parameter in verb.parameters if not parameter.flags]
    if len(words) > len(places):
        return None
    for parameter, word in zip(places, words, strict=False):
        given[parameter.dest] = [(parameter, word)]
    try:
        return {p.dest: _value(p, given.get(p.dest, [])) for p in verb.parameters}
    except ValueError:
        return None


def _value(parameter: Parameter, given: list[tuple[Parameter, str]]) -> object:
    """The parameter's value. Raises ValueError for what click has more to say about."""
    if parameter.flag_value is not None:
        return parameter.flag_value if given else parameter.default
    if any(not text for _, text in given) or (len(given) > 1 and not parameter.many):
        raise ValueError("not plain")
    values = [by.of_text(text) for by, text in given]
    if parameter.many:
        return tuple(values)
    if not values and parameter.default is None and not parameter.flags:
        raise ValueError("missing")
    return values[0] if values else parameter.default
