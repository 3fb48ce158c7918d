"""The customer's token: a signed proof that its holder opened one conversation."""

from __future__ import annotations

import time

import jwt

from handoff.gateway.errors import TokenExpired, Unauthenticated

_DAY_S = 24 * 3600
_ALGORITHM = "HS256"
_ISSUER = "tandem"
_AUDIENCE = "tandem:customer"
#: Longer tokens are none of ours; refusing them first saves the work of decoding.
_LONGEST = 1024


class CustomerTokens:
    """Issues and reads tokens signed with one secret."""

    def __init__(self, secret: str, days: float) -> None:
        """Sign with `secret`; a token is good for `days`."""
        self._secret = secret
        self._lifetime_s = int(days * _DAY_S)

    def issue(self, conversation: str) -> str:
        """A token for `conversation`."""
        now = int(time.time())
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": conversation,
            "iat": now,
            "exp": now + self._lifetime_s,
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def read(self, token: str) -> str:
        """The conversation `token` was issued for; raises `TokenExpired` or `Unauthenticated`."""
        if len(token) > _LONGEST:
            raise Unauthenticated("this token is not valid")
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                options={"require": ["exp", "iat", "sub"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("this token has expired") from error
        except jwt.InvalidTokenError as error:
            raise Unauthenticated("this token is not valid") from error
        return str(claims["sub"])
