"""Terraform's built-in functions, one file a family. A family is imported when one of its functions is first called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.hcl.functions.signature import Function

_FAMILIES = {
    "conversion": "tostring tonumber tobool tolist toset tomap sensitive nonsensitive issensitive ephemeralasnull",
    "choices": "coalesce coalescelist alltrue anytrue contains length one",
    "mappings": "keys values merge lookup zipmap transpose matchkeys",
    "sequences": "concat flatten distinct compact element index range reverse slice sort sum chunklist",
    "products": "setunion setintersection setsubtract setproduct",
    "strings": (
        "upper lower title join split trim trimprefix trimsuffix trimspace chomp indent startswith endswith "
        "strcontains substr strrev"
    ),
    "formatting": "format formatlist",
    "patterns": "regex regexall replace",
    "numeric": "abs ceil floor log max min parseint pow signum",
    "encoding": "base64encode base64decode base64gzip textencodebase64 textdecodebase64 urlencode csvdecode",
    "json_text": "jsonencode jsondecode",
    "yaml_text": "yamlencode yamldecode",
    "digests": "md5 sha1 sha256 sha512 base64sha256 base64sha512 uuidv5 rsadecrypt",
    "networks": "cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "times": "formatdate timeadd timecmp",
    "files": (
        "file fileexists filebase64 filemd5 filesha1 filesha256 filesha512 filebase64sha256 filebase64sha512 fileset "
        "abspath basename dirname pathexpand"
    ),
}
_FAMILY_OF = {name: family for family, names in _FAMILIES.items() for name in names.split()}
_LOADED: dict[str, Function] = {}

IMPURE = {
    "timestamp": "timestamp() is the time of the apply",
    "plantimestamp": "plantimestamp() is the time of the plan",
    "uuid": "uuid() is new at every apply",
    "bcrypt": "bcrypt() has a new salt at every apply",
}
"""Functions whose result cannot be known before Terraform runs, and why."""


def find(name: str) -> Function | None:
    """The built-in function of that name; None when there is none."""
    function = _LOADED.get(name)
    if function is None and name in _FAMILY_OF:
        family = import_module(f"{__name__}.{_FAMILY_OF[name]}")
        _LOADED.update({loaded.name: loaded for loaded in family.FUNCTIONS})
        function = _LOADED.get(name)
    return function


def is_built_in(name: str) -> bool:
    """Whether Terraform has a built-in function of that name."""
    return name in _FAMILY_OF or name in IMPURE or name in ("try", "can", "templatefile", "templatestring")
