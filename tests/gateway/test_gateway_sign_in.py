from __future__ import annotations

from http.cookies import SimpleCookie

from gateway_clients import PASSWORD, Gateway

from handoff.gateway.limits import Limits

LOGIN = "/api/login"


async def test_signing_in_tells_who_one_is(gateway: Gateway) -> None:
    user = await gateway.user("ann@example.com", "agent", "editor")
    body = {"email": " ANN@Example.com ", "password": PASSWORD}
    async with gateway.client.post(LOGIN, json=body) as response:
        profile = await response.json()
    async with gateway.client.get("/api/me") as response:
        assert await response.json() == profile
    assert profile == {
        "id": user.id,
        "name": "Ann",
        "email": "ann@example.com",
        "roles": ["agent", "editor"],
    }


async def test_the_session_cookie_is_kept_from_scripts_and_other_sites(start: object) -> None:
    gateway: Gateway = await start(cookie_secure=True, session_hours=12)  # type: ignore[operator]
    await gateway.user()
    body = {"email": "ann@example.com", "password": PASSWORD}
    async with gateway.client.post(LOGIN, json=body) as response:
        cookies = SimpleCookie(response.headers["Set-Cookie"])
    (cookie,) = cookies.values()
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) == 12 * 3600
    assert len(cookie.value) >= 40


async def test_without_tls_the_cookie_is_not_marked_secure(gateway: Gateway) -> None:
    await gateway.user()
    body = {"email": "ann@example.com", "password": PASSWORD}
    async with gateway.client.post(LOGIN, json=body) as response:
        assert "secure" not in response.headers["Set-Cookie"].lower()


async def test_every_sign_in_starts_a_session_of_its_own(gateway: Gateway) -> None:
    await gateway.user()
    session = {"Cookie": "tandem_session=chosen-by-somebody-else"}
    body = {"email": "ann@example.com", "password": PASSWORD}
    ids = []
    for headers in (session, {}):
        async with gateway.client.post(LOGIN, json=body, headers=headers) as response:
            ids.append(SimpleCookie(response.headers["Set-Cookie"])["tandem_session"].value)
    assert len({*ids, "chosen-by-somebody-else"}) == 3
    for old in ("chosen-by-somebody-else", ids[0]):
        gateway.client.session.cookie_jar.clear()
        headers = {"Cookie": f"tandem_session={old}"}
        async with gateway.client.get("/api/me", headers=headers) as response:
            assert response.status == 401, old


async def test_signing_out_ends_the_session_on_the_server(gateway: Gateway) -> None:
    await gateway.user()
    await gateway.log_in()
    cookies = gateway.client.session.cookie_jar.filter_cookies(gateway.client.make_url("/"))
    stolen = {"Cookie": f"tandem_session={cookies['tandem_session'].value}"}
    async with gateway.client.post("/api/logout", json={}) as response:
        assert response.status == 200
    async with gateway.client.get("/api/me", headers=stolen) as response:
        assert response.status == 401


async def test_a_disabled_user_is_out_at_once(gateway: Gateway) -> None:
    user = await gateway.user()
    await gateway.log_in()
    await gateway.parts.accounts.set_disabled(user.id, disabled=True)
    async with gateway.client.get("/api/me") as response:
        assert response.status == 401
    assert await gateway.log_in() == 401


async def test_an_unknown_address_and_a_wrong_password_are_answered_alike(
    gateway: Gateway,
) -> None:
    await gateway.user()
    answers = []
    for email, password in (("ann@example.com", "wrong"), ("bob@example.com", PASSWORD)):
        body = {"email": email, "password": password}
        async with gateway.client.post(LOGIN, json=body) as response:
            answers.append((response.status, await response.json()))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401
    assert answers[0][1]["error"]["code"] == "unauthenticated"


async def test_an_eleventh_attempt_within_a_minute_is_refused(gateway: Gateway) -> None:
    await gateway.user()
    statuses = [await gateway.log_in(password="wrong") for _ in range(10)]
    assert statuses == [401] * 10
    body = {"email": "ANN@example.com", "password": PASSWORD}
    async with gateway.client.post(LOGIN, json=body) as response:
        assert response.status == 429
        assert (await response.json())["error"]["code"] == "rate_limited"
    assert await gateway.log_in("bob@example.com") == 401


async def test_attempts_with_many_addresses_are_counted_too(start: object) -> None:
    gateway: Gateway = await start(Limits(login_per_ip="3/minute"))  # type: ignore[operator]
    statuses = [await gateway.log_in(f"u{n}@example.com") for n in range(4)]
    assert statuses == [401, 401, 401, 429]


async def test_new_conversations_are_limited_per_address(gateway: Gateway) -> None:
    statuses = []
    for _ in range(61):
        async with gateway.client.post("/api/customer/session", json={}) as response:
            statuses.append(response.status)
    assert statuses == [200] * 60 + [429]


async def test_nobody_is_signed_in_at_first(gateway: Gateway) -> None:
    for cookie in ("", "tandem_session=", "tandem_session=x", "tandem_session=../../../x"):
        async with gateway.client.get("/api/me", headers={"Cookie": cookie}) as response:
            assert response.status == 401
            assert (await response.json())["error"]["code"] == "unauthenticated"
    async with gateway.client.post("/api/logout", json={}) as response:
        assert response.status == 200
