from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

SECRET = "a-secret-of-more-than-32-characters!"


async def _run(*arguments: str, given: str = "", **environment: str) -> tuple[int, str, str]:
    """Run `python -m handoff` to its end: exit code, standard output, standard error."""
    process = await _begin(*arguments, **environment)
    out, err = await process.communicate(given.encode())
    return process.returncode or 0, out.decode(), err.decode()


async def _begin(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "handoff",
        *arguments,
        env=kept | environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.fixture
def variables(tmp_path: Path, redis_url: str, unused_tcp_port: int) -> dict[str, str]:
    """The environment of a gateway of this test alone."""
    return {
        "TANDEM_HOME": str(tmp_path),
        "TANDEM_REDIS_URL": redis_url,
        "TANDEM_SECRET_KEY": SECRET,
        "TANDEM_PORT": str(unused_tcp_port),
    }


async def test_serving_until_told_to_stop(variables: dict[str, str]) -> None:
    process = await _begin("serve", **variables)
    address = f"http://127.0.0.1:{variables['TANDEM_PORT']}"
    async with ClientSession() as client, asyncio.timeout(30):
        while True:
            try:
                async with client.get(f"{address}/health") as response:
                    assert response.status == 200
                    break
            except ClientError:
                await asyncio.sleep(0.1)
        async with client.ws_connect(f"{address}/ws/customer") as ws:
            process.send_signal(signal.SIGTERM)
            await ws.receive()
            assert ws.close_code == 1001
    _, err = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in err


async def test_a_port_in_use_is_told_in_one_line(variables: dict[str, str]) -> None:
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", int(variables["TANDEM_PORT"])
    )
    async with server:
        code, _, err = await _run("serve", **variables)
    assert code == 1
    (line,) = err.strip().splitlines()
    assert variables["TANDEM_PORT"] in line


async def test_an_absent_redis_is_told_in_one_line(
    variables: dict[str, str], unused_tcp_port_factory: object
) -> None:
    away = f"redis://user:pass@127.0.0.1:{unused_tcp_port_factory()}/0"  # type: ignore[operator]
    changes = {"TANDEM_REDIS_URL": away, "TANDEM_REDIS_WAIT_S": "0.3"}
    code, out, err = await _run("serve", **(variables | changes))
    assert (code, out) == (1, "")
    (line,) = err.strip().splitlines()
    assert line.startswith("Cannot start: Redis cannot be reached: ")
    assert "refused" in line
    assert "pass" not in line


async def test_a_missing_secret_is_told_by_its_name(variables: dict[str, str]) -> None:
    del variables["TANDEM_SECRET_KEY"]
    code, _, err = await _run("serve", **variables)
    assert code == 1
    (line,) = err.strip().splitlines()
    assert "TANDEM_SECRET_KEY" in line


async def test_a_secret_that_is_too_short_is_not_shown(variables: dict[str, str]) -> None:
    code, _, err = await _run("serve", **(variables | {"TANDEM_SECRET_KEY": "hunter2"}))
    assert code == 1
    assert "TANDEM_SECRET_KEY" in err
    assert "hunter2" not in err


async def test_users_are_created_and_listed(variables: dict[str, str]) -> None:
    who = ("--email", "Ann@Example.com", "--name", "Ann")
    roles = ("--role", "editor", "--role", "agent")
    code, out, _ = await _run("create-user", *who, *roles, **variables)
    assert code == 0
    assert "Password (shown only now): " in out
    given = ("--email", "bob@example.com", "--name", "Bob", "--role", "agent", "--password-stdin")
    code, out, err = await _run("create-user", *given, given="long enough password\n", **variables)
    assert (code, out) == (0, "Created bob@example.com (agent).\n"), err
    _, listed, _ = await _run("list-users", **variables)
    assert listed.splitlines() == [
        "ann@example.com  Ann  agent,editor",
        "bob@example.com  Bob  agent",
    ]


async def test_a_user_who_cannot_be_created_is_told_in_one_line(
    variables: dict[str, str],
) -> None:
    who = ("create-user", "--email", "ann@example.com", "--name", "Ann", "--password-stdin")
    wrong = [("--role", "king"), ("--role", "agent", "--email", "no address")]
    for arguments in wrong:
        code, _, err = await _run(*who, *arguments, given="long enough password\n", **variables)
        assert code == 1
        assert len(err.strip().splitlines()) == 1
    code, _, err = await _run(*who, "--role", "agent", given="short\n", **variables)
    assert (code, "10 to 1024" in err) == (1, True)
