"""`python -m handoff`: serve the gateway and look after its users."""

from __future__ import annotations

import asyncio
import resource
import secrets
import sys
import warnings
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import typer
import uvloop
from aiohttp import web
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from handoff.accounts import ROLES, AccountRefused, Accounts, User
from handoff.errors import HandoffError
from handoff.gateway.app import build_app
from handoff.gateway.limits import Limits
from handoff.log import configure_logging
from handoff.routing import load_plan
from handoff.settings import Settings

T = TypeVar("T")

#: Connections that may wait to be accepted (the system may allow fewer): after a cut everybody
#: comes back at once, and whoever finds no room tries again only after seconds.
BACKLOG = 8192
#: Open files, and so sockets, of the process at most; many systems begin with about a thousand.
FILES = 65536

cli = typer.Typer(
    help="Tandem's gateway and its users.", no_args_is_help=True, pretty_exceptions_enable=False
)


def _fail(line: str) -> NoReturn:
    typer.echo(line, err=True)
    raise typer.Exit(1)


def _settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        names = (f"TANDEM_{'_'.join(map(str, p['loc'])).upper()}: {p['msg']}" for p in problems)
        _fail("Cannot start: " + "; ".join(names))
    configure_logging(settings.log_level, settings.log_json)
    return settings


def _allow_many_sockets() -> None:
    """Raise the limit of open files as far as the system allows."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


@cli.command()
def serve() -> None:
    """Serve sockets, REST and pages until stopped."""
    settings = _settings()
    limits = Limits.of(settings)
    try:
        load_plan(settings.desk_file)
    except (OSError, ValueError) as error:
        _fail(f"Cannot read the desk file: {error}")
    # aiohttp-session keeps its things in requests under plain strings.
    warnings.filterwarnings("ignore", category=web.NotAppKeyWarning)
    _allow_many_sockets()
    try:
        web.run_app(
            build_app(settings, limits),
            host=settings.host,
            port=settings.port,
            access_log=None,
            print=None,
            shutdown_timeout=limits.shutdown_s,
            backlog=BACKLOG,
            loop=uvloop.new_event_loop(),
        )
    except OSError as error:
        _fail(f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}")
    except HandoffError as error:
        _fail(f"Cannot start: {error} ({settings.redis_url.rpartition('@')[2]})")
    except SQLAlchemyError as error:
        _fail(f"Cannot open the database of users: {type(error).__name__}")


@cli.command()
def create_user(
    email: Annotated[str, typer.Option(help="Address to sign in with.")],
    name: Annotated[str, typer.Option(help="Name that customers see.")],
    role: Annotated[list[str], typer.Option(help="One of: " + ", ".join(ROLES) + "; repeatable.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Create a user; without --password-stdin a password is made up and printed once."""
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    password = given if password_stdin else secrets.token_urlsafe(12)

    async def create(accounts: Accounts) -> User:
        return await accounts.create(email, name, password, role)

    user = _with_accounts(create)
    typer.echo(f"Created {user.email} ({', '.join(user.roles)}).")
    if not password_stdin:
        typer.echo(f"Password (shown only now): {password}")


@cli.command()
def list_users() -> None:
    """List everyone who may sign in."""
    for user in _with_accounts(Accounts.all):
        state = "  disabled" if user.disabled else ""
        typer.echo(f"{user.email}  {user.name}  {','.join(user.roles)}{state}")


def _with_accounts(work: Callable[[Accounts], Awaitable[T]]) -> T:
    async def run() -> T:
        accounts = await Accounts.open(settings.database)
        try:
            return await work(accounts)
        finally:
            await accounts.close()

    settings = _settings()
    try:
        return asyncio.run(run())
    except AccountRefused as error:
        _fail(f"Cannot create the user: {error}")
    except SQLAlchemyError as error:
        _fail(f"Cannot open the database of users: {type(error).__name__}")


if __name__ == "__main__":
    cli()
