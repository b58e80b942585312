"""What known functions and methods do with the values that they are handed."""

from __future__ import annotations

OBJECT_PARTS = frozenset({
    "bytes", "bytes_le", "int", "fields", "time", "time_low", "time_mid", "time_hi_version",
    "clock_seq", "node", "urn", "variant", "version", "is_safe",
})  # fmt: skip
SAME_TEXT = frozenset({"lower", "upper", "strip", "casefold"})
MATCHING = frozenset({"fullmatch", "match", "search", "assertRegex", "fromhex"})
# What makes something else of an id; methods of other things may have the names of the builtins.
CONVERTING = frozenset({"fromhex", "unhexlify", "a2b_hex", "b16decode", "ObjectId", "UUID"})
CONVERTING_BUILTINS = frozenset({"int", "float", "bytes", "bytearray"})
# Methods of texts that depend on their form.
TAKING_APART = frozenset({
    "split", "rsplit", "partition", "rpartition", "replace", "translate", "removeprefix",
    "removesuffix", "isalnum", "isdigit", "isalpha", "encode", "hex", "ljust", "rjust",
    "zfill", "count", "index", "find", "__getitem__",
})  # fmt: skip
