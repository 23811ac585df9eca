"""SHA-256 without OpenSSL, which takes longer to load than a stack's files take to be digested."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing's own, without the time that importing it takes

# As Python's own random module does it: the lean module first, and hashlib where there is none.
if TYPE_CHECKING:
    from hashlib import sha256
elif sys.version_info >= (3, 12):
    try:
        from _sha2 import sha256
    except ImportError:
        from hashlib import sha256
else:
    try:
        from _sha256 import sha256
    except ImportError:
        from hashlib import sha256

__all__ = ["sha256"]
