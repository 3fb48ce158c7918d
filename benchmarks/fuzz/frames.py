"""Frames that no client of ours sends: valid ones, spoilt at random in ways that break servers."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import jsonschema_rs
import orjson

from handoff.gateway.openapi import frame_schema

Frame = dict[str, Any]
#: What a frame that does not fit the schema may be answered with.
REFUSALS = frozenset({"bad_frame", "bad_request", "unknown_type"})

_NESTED: list[Any] = [[[[[[[[{"a": [{}]}]]]]]]]]
_JUNK: Sequence[Any] = (
    *(None, True, False, -1, 0, 1.5, 2**53, 2**63, 2**64 - 1, -(2**63), 1e308, -0.0),
    *("", " ", "\x00", "a\x00b", "\ufeff", "\u202e", "x" * 5000, "🏳️‍🌈" * 50, "' OR 1=1 --"),
    *("../../etc/passwd", "$(id)", "{{7*7}}", "*", "0-0", "$", ">", "-", "\r\nSET a b\r\n"),
    *([], {}, [1, "a", None], {"$ne": None}, {"__proto__": {"admin": True}}, _NESTED),
)
_KEYS = (
    *("__proto__", "constructor", "prototype", "__class__", "toString", "role", "owner", "epoch"),
    *("agent", "admin", "id ", "", "\x00", "a" * 300, "$where", "event_id", "conversation"),
)
_RAW_NUMBERS = (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400, b"01", b"0x10", b"+1")
_RAW_BYTES = (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00", b"\xef\xbb\xbf")


class Spoiler:
    """Makes frames for one kind of socket; the same seed makes the same frames."""

    def __init__(self, path: str, own: str, others: Sequence[str], seed: int) -> None:
        """`own` is the conversation that may be spoken of, `others` those that may not."""
        self._random = random.Random(seed)
        schema = frame_schema(path)
        self._kinds: list[Frame] = schema["oneOf"]
        self._valid = jsonschema_rs.Draft202012Validator(schema).is_valid
        self._own = own
        self._others = others
        self._ways: Sequence[Callable[[], bytes]] = (
            *(self._junk_field, self._missing_field, self._further_field, self._cut),
            *(self._raw_number, self._raw_bytes, self._surrogate, self._deep, self._twice),
            *(self._unknown, self._not_an_object, self._flipped, self._stranger, self._forged),
        )

    def spoilt(self) -> bytes:
        """One frame; most are malformed, see `is_malformed`."""
        return self._random.choice(self._ways)()

    def large(self) -> bytes:
        """A frame above the limit, now and then above what is read at all."""
        size = 70_000 if self._random.random() < 0.9 else 300_000
        return orjson.dumps({"id": 1, "type": "say", "client_id": "a", "text": "x" * size})

    def is_malformed(self, data: bytes) -> bool:
        """Whether the published schema refuses it."""
        try:
            return not self._valid(orjson.loads(data))
        except (orjson.JSONDecodeError, ValueError):
            return True

    def valid(self) -> Frame:
        """A frame that fits the schema."""
        kind = self._random.choice(self._kinds)
        return {
            name: self._value(name, kind["properties"][name])
            for name in kind["properties"]
            if name in kind["required"] or self._random.random() < 0.3
        }

    def _value(self, name: str, schema: Frame) -> Any:
        if "const" in schema:
            return schema["const"]
        number = self._random.randrange(10**6)
        known = {
            "id": number,
            "conversation": self._own,
            "client_id": f"m{number}",
            "text": f"Hello {number}",
            "address": "ada@example.com",
            "status": "available",
            "warm": bool(number % 2),
            "token": "a.b.c",
        }
        return known.get(name, "0")

    def _spoil(self, change: Callable[[Frame, str], None]) -> bytes:
        frame = self.valid()
        change(frame, self._random.choice(list(frame)))
        return orjson.dumps(frame, option=orjson.OPT_PASSTHROUGH_SUBCLASS)

    def _junk_field(self) -> bytes:
        return self._spoil(lambda frame, name: frame.update({name: self._random.choice(_JUNK)}))

    def _missing_field(self) -> bytes:
        return self._spoil(lambda frame, name: frame.__delitem__(name))

    def _further_field(self) -> bytes:
        key, junk = self._random.choice(_KEYS), self._random.choice(_JUNK)
        return self._spoil(lambda frame, _: frame.update({key: junk}))

    def _stranger(self) -> bytes:
        other = self._random.choice(self._others)
        return self._spoil(lambda frame, _: frame.update({"conversation": other, "to": other}))

    def _forged(self) -> bytes:
        """Tokens for another's conversation, signed with nothing or with a guess."""
        claims = {"sub": self._random.choice(self._others), "iss": "tandem", "exp": 2**33, "iat": 1}
        head = {"alg": self._random.choice(("none", "HS256", "RS256")), "typ": "JWT"}
        parts = [_base64(head), _base64(claims | {"aud": "tandem:customer"}), ""]
        parts[2] = self._random.choice(("", "AAAA"))
        return orjson.dumps({"id": 1, "type": "auth", "token": ".".join(parts)})

    def _raw_number(self) -> bytes:
        return self._replace(self._random.choice(_RAW_NUMBERS))

    def _raw_bytes(self) -> bytes:
        data = bytearray(orjson.dumps(self.valid()))
        place = self._random.randrange(len(data) + 1)
        data[place:place] = self._random.choice(_RAW_BYTES)
        return bytes(data)

    def _surrogate(self) -> bytes:
        return self._replace(b'"\\ud800 \\udfff"')

    def _replace(self, raw: bytes) -> bytes:
        frame = self.valid()
        frame[self._random.choice(list(frame))] = "RAW"
        return orjson.dumps(frame).replace(b'"RAW"', raw)

    def _deep(self) -> bytes:
        depth = self._random.choice((50, 500, 2000, 20_000))
        opening, closing = self._random.choice(((b"[", b"]"), (b'{"a":', b"}")))
        inside = b"1" if self._random.random() < 0.5 else b""
        return self._replace(opening * depth + inside + closing * depth)

    def _twice(self) -> bytes:
        first, second = orjson.dumps(self.valid()), orjson.dumps(self.valid())
        return first[:-1] + b"," + second[1:] if self._random.random() < 0.7 else first + second

    def _unknown(self) -> bytes:
        kind: Any = self._random.choice(("", "fly", "__init__", "AUTH", "say ", None, 5, [], {}))
        return orjson.dumps({"id": 1, "type": kind})

    def _not_an_object(self) -> bytes:
        if self._random.random() < 0.5:
            return json.dumps(self._random.choice(_JUNK)).encode()
        return self._random.randbytes(self._random.randrange(200))

    def _cut(self) -> bytes:
        data = orjson.dumps(self.valid())
        return data[: self._random.randrange(len(data))]

    def _flipped(self) -> bytes:
        data = bytearray(orjson.dumps(self.valid()))
        data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)
        return bytes(data)


def _base64(part: Frame) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=")


def broken_packet(chance: random.Random) -> bytes:
    """Bytes that are no WebSocket frame, or one that a client must not send."""
    mask = chance.randbytes(4)
    return chance.choice(
        (
            b"\x81\x05hello",  # not masked
            b"\x83\x80" + mask,  # a reserved kind
            b"\xf1\x80" + mask,  # reserved bits
            b"\x80\x80" + mask,  # goes on with nothing
            b"\x09\x80" + mask,  # a ping in pieces
            b"\x89\xfe\x01\x00" + mask + bytes(256),  # a ping that is too long
            b"\x81\xff" + b"\xff" * 8 + mask,  # longer than any memory
            b"\x88\x81" + mask + b"\x00",  # a close code of one byte
            b"\x88\x82" + mask + bytes((mask[0], mask[1] ^ 5)),  # a close code that is none
            chance.randbytes(64),
        )
    )
