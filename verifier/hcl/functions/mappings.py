"""Functions over maps and objects."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.hcl.access import elements
from verifier.hcl.convert import convert, convertible
from verifier.hcl.equality import equal
from verifier.hcl.errors import EvaluationError
from verifier.hcl.functions.signature import Arguments, Parameter, of_values
from verifier.hcl.operators import unknown_from
from verifier.hcl.types import ANY, STRING, Dynamic, ListOf, MapOf, ObjectOf, TupleOf, Type, describe
from verifier.hcl.unify import unify
from verifier.hcl.values import (
    ANYTHING,
    Unknown,
    Value,
    contains_sensitive,
    entries_of,
    items_of,
    list_,
    map_,
    object_,
    string,
    tuple_,
)


def _mapping_type(value: Value) -> MapOf | ObjectOf:
    if not isinstance(value.type, MapOf | ObjectOf):
        raise EvaluationError(f"a map or an object is required, and this is a {describe(value.type)}")
    return value.type


def _keys_type(arguments: Arguments) -> Type:
    of = _mapping_type(arguments[0])
    return ListOf(STRING) if isinstance(of, MapOf) else TupleOf((STRING,) * len(of.attributes))


def _keys(mapping: Value) -> Value:
    of = _mapping_type(mapping)
    if mapping.reference is not None:
        return unknown_from(ANY, mapping, bounds=ANYTHING)
    if isinstance(of, ObjectOf):
        return tuple_(string(name) for name in sorted(of.attributes)).marked(sensitive=mapping.sensitive)
    if not isinstance(mapping.content, Mapping):
        return unknown_from(ListOf(STRING), mapping)
    return list_(STRING, [string(name) for name in mapping.content], sensitive=mapping.sensitive)


def _values_type(arguments: Arguments) -> Type:
    of = _mapping_type(arguments[0])
    return (
        ListOf(of.element) if isinstance(of, MapOf) else TupleOf(tuple(of.attributes[n] for n in sorted(of.attributes)))
    )


def _values(mapping: Value) -> Value:
    of = _mapping_type(mapping)
    if mapping.reference is not None:
        return unknown_from(ANY, mapping, bounds=ANYTHING)
    items = [item for _, item in elements(mapping)]
    if isinstance(of, MapOf):
        return list_(of.element, items, sensitive=mapping.sensitive)
    return tuple_(items, sensitive=mapping.sensitive)


def _merge_type(arguments: Arguments) -> Type:
    types = [argument.type for argument in arguments]
    if not types:
        return ObjectOf({})
    for of in types:
        if isinstance(of, Dynamic):
            return ANY
        if not isinstance(of, MapOf | ObjectOf):
            raise EvaluationError(f"maps or objects are required, and this is a {describe(of)}")
    if all(of == types[0] for of in types):
        return types[0]
    if any(isinstance(a.type, MapOf) and isinstance(a.content, Unknown) for a in arguments):
        return ANY
    if any(a.reference is not None for a in arguments):
        return ANY
    return ObjectOf(_merged_attributes(arguments))


def _merged_attributes(arguments: Arguments) -> dict[str, Type]:
    attributes: dict[str, Type] = {}
    for argument in arguments:
        if argument.content is None:
            continue
        if isinstance(argument.type, ObjectOf):
            attributes.update(argument.type.attributes)
        elif isinstance(argument.content, Mapping):
            attributes.update({name: item.type for name, item in argument.content.items()})
    return attributes


def _merge(*mappings: Value) -> Value:
    of = _merge_type(mappings)
    if any(mapping.reference is not None for mapping in mappings):
        return unknown_from(ANY, *mappings, bounds=ANYTHING)
    merged: dict[str, Value] = {}
    for mapping in mappings:
        if isinstance(mapping.content, Mapping):
            merged.update(mapping.content)
    sensitive = any(mapping.sensitive for mapping in mappings)
    if isinstance(of, MapOf):
        return map_(of.element, merged, sensitive=sensitive)
    if all(mapping.content is None for mapping in mappings) and isinstance(of, ObjectOf) and of.attributes:
        return object_({}, sensitive=sensitive)
    return object_(merged, sensitive=sensitive)


def _lookup_type(arguments: Arguments) -> Type:
    mapping, key, *default = arguments
    if len(default) > 1:
        raise EvaluationError(f"two or three arguments are needed, and {len(arguments)} are given")
    of = _mapping_type(mapping)
    if isinstance(of, MapOf):
        if default and not convertible(default[0].type, of.element):
            raise EvaluationError("the default must be of the type of the map's elements")
        return of.element
    if not isinstance(key.content, str):
        return ANY
    if key.content in of.attributes:
        return of.attributes[key.content]
    if mapping.reference is not None:
        return ANY
    if default:
        return default[0].type
    raise EvaluationError(f"the object has no attribute {key.content!r}, and no default is given")


def _lookup(mapping: Value, key: Value, *default: Value) -> Value:
    of = _lookup_type((mapping, key, *default))
    found = mapping.attribute(key.content) if isinstance(key.content, str) else None
    if not isinstance(mapping.content, Mapping):
        return unknown_from(of, mapping, key, bounds=ANYTHING)
    sensitive = mapping.sensitive or key.sensitive
    if found is not None:
        return found.marked(sensitive=sensitive)
    if default:
        return convert(default[0], of).marked(sensitive=sensitive)
    raise EvaluationError("the map has no element with the given key, and no default is given")


def _zipmap_type(arguments: Arguments) -> Type:
    keys, values = arguments
    if isinstance(values.type, ListOf):
        return MapOf(values.type.element)
    if isinstance(values.type, TupleOf):
        if not isinstance(keys.content, tuple) or not keys.is_wholly_known:
            return ANY
        if len(keys.content) != len(values.type.elements):
            raise EvaluationError(f"{len(keys.content)} keys are given for {len(values.type.elements)} values")
        names = [str(key.content) for key in keys.content]
        return ObjectOf(dict(zip(names, values.type.elements, strict=True)))
    raise EvaluationError(f"the values must be a list or a tuple, and this is a {describe(values.type)}")


def _zipmap(keys: Value, values: Value) -> Value:
    of = _zipmap_type((keys, values))
    if not keys.is_wholly_known:
        return unknown_from(of, keys)
    names, items = items_of(keys), items_of(values)
    if any(name.content is None for name in names):
        raise EvaluationError("a key is null")
    if len(names) != len(items):
        raise EvaluationError(f"{len(names)} keys are given for {len(items)} values")
    paired = {str(name.content): item for name, item in zip(names, items, strict=True)}
    made = map_(of.element, paired) if isinstance(of, MapOf) else object_(paired)
    return made.marked(sensitive=contains_sensitive(keys) or values.sensitive)


def _transpose(mapping: Value) -> Value:
    turned: dict[str, list[str]] = {}
    for key, items in entries_of(mapping).items():
        if not isinstance(items.content, tuple):
            raise EvaluationError(f"the list of {key!r} is null")
        for item in items.content:
            if item.content is None:
                raise EvaluationError(f"an element of the list of {key!r} is null")
            turned.setdefault(str(item.content), []).append(key)
    lists = {name: list_(STRING, [string(key) for key in sorted(keys)]) for name, keys in turned.items()}
    return map_(ListOf(STRING), lists)


def _matchkeys(values: Value, keys: Value, search: Value) -> Value:
    if len(items_of(values)) != len(items_of(keys)):
        raise EvaluationError("values and keys must have the same length")
    shared = unify([keys.type, search.type])
    if shared is None:
        raise EvaluationError("keys and searchset must have the same type")
    wanted = items_of(convert(search, shared))
    found = [
        value
        for value, key in zip(items_of(values), items_of(convert(keys, shared)), strict=True)
        if any(equal(key, item) is True for item in wanted)
    ]
    return Value(values.type, tuple(found))


def _first_type(arguments: Arguments) -> Type:
    return arguments[0].type


FUNCTIONS = (
    of_values("keys", _keys, _keys_type, Parameter(name="inputMap", unknown=True, partial=True, marked=True)),
    of_values("values", _values, _values_type, Parameter(name="mapping", partial=True, marked=True)),
    of_values(
        "merge",
        _merge,
        _merge_type,
        variadic=Parameter(name="maps", null=True, dynamic=True, partial=True, marked=True),
    ),
    of_values(
        "lookup",
        _lookup,
        _lookup_type,
        Parameter(name="inputMap", partial=True, marked=True),
        Parameter(name="key", type=STRING, marked=True),
        variadic=Parameter(name="default", null=True, unknown=True, dynamic=True, partial=True, marked=True),
        not_null=False,
    ),
    of_values(
        "zipmap",
        _zipmap,
        _zipmap_type,
        Parameter(name="keys", type=ListOf(STRING), partial=True, marked=True),
        Parameter(name="values", partial=True, marked=True),
    ),
    of_values("transpose", _transpose, MapOf(ListOf(STRING)), Parameter(name="values", type=MapOf(ListOf(STRING)))),
    of_values(
        "matchkeys",
        _matchkeys,
        _first_type,
        Parameter(name="values", type=ListOf(ANY)),
        Parameter(name="keys", type=ListOf(ANY)),
        Parameter(name="searchset", type=ListOf(ANY)),
    ),
)
