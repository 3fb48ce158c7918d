"""What the site says about its customer: a signed token that the page passes on to the chat.

The page cannot be trusted with attributes that decide about priority: whoever sits before it can
say anything. The site's server can, and shares a secret with the gateway.
"""

from __future__ import annotations

import time
from typing import Annotated

import jwt
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)
from pydantic import StringConstraints as Text

from handoff.gateway.errors import IdentityExpired, IdentityInvalid
from handoff.model import Identity

#: The longest life of a token, in seconds: attributes change.
LONGEST_S = 24 * 3600
_CLOCKS_DIFFER_S = 60
_ALGORITHM = "HS256"
_MAX_CHARS = 8192
# JSON's numbers are exact up to here wherever they are read.
_EXACT = 2**53

_Name = Annotated[str, Text(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
_Value = (
    StrictBool
    | Annotated[StrictInt, Field(ge=-_EXACT, le=_EXACT)]
    | Annotated[StrictFloat, Field(ge=-_EXACT, le=_EXACT, allow_inf_nan=False)]
    | Annotated[StrictStr, Text(max_length=200)]
)


class _Claims(BaseModel):
    """What of a token counts; registered claims are checked before."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sub: Annotated[str, Text(strip_whitespace=True, min_length=1, max_length=128)]
    name: Annotated[str, Text(strip_whitespace=True, max_length=80)] = ""
    attributes: Annotated[dict[_Name, _Value], Field(max_length=20)] = {}


class SiteIdentities:
    """Reads tokens that the site signed; without a secret there are none, and all are refused."""

    def __init__(self, secret: str | None) -> None:
        """`secret` is the one the site signs with."""
        self._secret = secret

    def read(self, token: str) -> Identity:
        """Who the customer is; raises `IdentityExpired` or `IdentityInvalid`.

        The signature is compared in constant time, and HS256 is the only algorithm.
        """
        if self._secret is None or len(token) > _MAX_CHARS:
            raise IdentityInvalid("no secret is set" if self._secret is None else "too long")
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                leeway=_CLOCKS_DIFFER_S,
                options={"require": ["exp", "sub"]},
            )
            known = _Claims.model_validate(claims)
        except jwt.ExpiredSignatureError as error:
            raise IdentityExpired("this identity has expired") from error
        except (jwt.InvalidTokenError, ValidationError, OverflowError, RecursionError) as error:
            raise IdentityInvalid(f"this identity is not valid ({type(error).__name__})") from error
        if int(claims["exp"]) > time.time() + LONGEST_S + _CLOCKS_DIFFER_S:
            raise IdentityInvalid("this identity is good for more than a day")
        return Identity(known.sub, known.name, known.attributes)
