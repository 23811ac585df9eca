"""base64, character encodings, URL encoding and CSV."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from urllib.parse import quote_plus

from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.csv_text import records
from verifier.hcl.functions.signature import Arguments, of_contents, of_values, text
from verifier.hcl.types import ANY, STRING, ListOf, ObjectOf, Type
from verifier.hcl.values import Value, list_, object_, string

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)

# The names that IANA registers, and what Python calls the same encoding.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "shift_jis": "shift_jis",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
    "gbk": "gbk",
    "gb18030": "gb18030",
    "big5": "big5",
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
    **{f"iso_8859-{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
    **{f"ibm{page}": f"cp{page}" for page in (437, 850, 852, 855, 858, 860, 862, 863, 865, 866)},
    "latin1": "iso8859-1",
    "macintosh": "mac-roman",
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
}


def decoded_base64(content: str) -> bytes:
    """The bytes of standard base64; line breaks do not count."""
    content = content.replace("\n", "").replace("\r", "")
    if not _BASE64.fullmatch(content):
        raise EvaluationError("the string is not base64")
    try:
        return base64.b64decode(content)
    except binascii.Error:
        raise EvaluationError("the string is not base64") from None


def _base64encode(content: str) -> str:
    return base64.b64encode(content.encode()).decode()


def _base64decode(content: str) -> str:
    try:
        return decoded_base64(content).decode("utf-8")
    except UnicodeDecodeError:
        raise EvaluationError("the decoded bytes are not text in UTF-8") from None


def _base64gzip(_content: str) -> str:
    raise NotModelled("the compressed bytes depend on the compressor of Terraform")


def _codec(name: str) -> str:
    codec = _ENCODINGS.get(name.lower())
    if codec is None:
        raise NotModelled(f"the encoding {name!r} is not modelled")
    return codec


def _textencode(content: str, encoding: str) -> str:
    try:
        codec = _codec(encoding)
        # Without an order in its name, Terraform's UTF-16 begins with a mark and has the high byte first.
        encoded = codecs.BOM_UTF16_BE + content.encode("utf-16-be") if codec == "utf-16" else content.encode(codec)
        return base64.b64encode(encoded).decode()
    except UnicodeEncodeError:
        raise EvaluationError(f"the string has characters that {encoding} does not have") from None


def _textdecode(content: str, encoding: str) -> str:
    codec = _codec(encoding)
    try:
        encoded = decoded_base64(content)
        if codec == "utf-16" and not encoded.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
            codec = "utf-16-be"
        return encoded.decode(codec)
    except UnicodeDecodeError:
        raise EvaluationError(f"the decoded bytes are not text in {encoding}") from None


def _csv_type(arguments: Arguments) -> Type:
    content = arguments[0].content
    if not isinstance(content, str):
        return ANY
    header, _ = records(content)
    return ListOf(ObjectOf(dict.fromkeys(header, STRING)))


def _csvdecode(source: Value) -> Value:
    header, rows = records(str(source.content))
    of = ObjectOf(dict.fromkeys(header, STRING))
    return list_(of, [object_(dict(zip(header, map(string, row), strict=True))) for row in rows])


FUNCTIONS = (
    of_contents("base64encode", _base64encode, STRING, text("str")),
    of_contents("base64decode", _base64decode, STRING, text("str")),
    of_contents("base64gzip", _base64gzip, STRING, text("str")),
    of_contents("textencodebase64", _textencode, STRING, text("string"), text("encoding")),
    of_contents("textdecodebase64", _textdecode, STRING, text("source"), text("encoding")),
    of_contents("urlencode", quote_plus, STRING, text("str")),
    of_values("csvdecode", _csvdecode, _csv_type, text("str")),
)
