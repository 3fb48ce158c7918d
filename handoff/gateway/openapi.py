"""The OpenAPI 3.1 description of the REST interface, with the sockets' commands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from handoff.gateway import agent_commands, customer_socket
from handoff.gateway.errors import WIRE, describe
from handoff.gateway.operations import Nothing, Operation
from handoff.gateway.protocol import LARGEST_ID, Commands
from handoff.gateway.schemas import Error
from handoff.gateway.sessions import COOKIE

VERSION = "3.1.0"
_REF = "#/components/schemas/{model}"
_JSON = "application/json"
_ABOUT = """\
What customers' widgets, the console and the editor speak, and what your own programs may. Requests
with POST, PUT and DELETE carry JSON, `{}` where there is nothing to say, and `Content-Type:
application/json`; where a browser sends an `Origin` it must be the gateway's own. Times are
milliseconds since the epoch. The schemas of the commands of the WebSockets are in `x-websockets`.
"""
_SCHEMES = {
    "customer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The token of `POST /api/customer/session`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The cookie of `POST /api/login`.",
    },
}
_SOCKETS: Mapping[str, Commands[Any]] = {
    "/ws/customer": customer_socket.COMMANDS,
    "/ws/agent": agent_commands.COMMANDS,
}

_Models = tuple[type[BaseModel], JsonSchemaMode]
_Schemas = Mapping[Any, Mapping[str, Any]]


def describe_api(operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole document."""
    models = list(dict.fromkeys(_models_of(operations)))
    found, components = models_json_schema(models, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(
            operation, found, components["$defs"]
        )
    return {
        "openapi": VERSION,
        "info": {"title": "Tandem", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": components["$defs"], "securitySchemes": _SCHEMES},
        "x-websockets": {path: {"frame": frame_schema(path)} for path in _SOCKETS},
    }


def frame_schema(path: str) -> dict[str, Any]:
    """The JSON Schema of a frame that may be sent to the socket at `path`."""
    kinds = [_command(name, model) for name, model in _SOCKETS[path].schemas.items()]
    return {"oneOf": kinds}


def _command(name: str, model: type[BaseModel]) -> dict[str, Any]:
    whole = model.model_json_schema()
    schema = _inlined(whole, whole.pop("$defs", {}))
    own = {
        "id": {"type": "integer", "minimum": 0, "maximum": LARGEST_ID},
        "type": {"const": name},
    }
    return {
        **schema,
        "title": name,
        "properties": own | schema.get("properties", {}),
        "required": [*own, *schema.get("required", [])],
    }


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """`schema` without references, so that it stands for itself wherever it is put."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    own = {name: _inlined(part, definitions) for name, part in schema.items() if name != "$ref"}
    if "$ref" in schema:
        own |= _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return own


def _models_of(operations: Iterable[Operation]) -> Iterable[_Models]:
    yield Error, "serialization"
    yield Nothing, "validation"
    for operation in operations:
        yield operation.answers, "serialization"
        yield from ((model, "serialization") for model in operation.otherwise.values())
        for part in ("path", "query", "body"):
            if (model := operation.taken(part)) is not None:
                yield model, "validation"


def _described(
    operation: Operation, found: _Schemas, components: Mapping[str, Any]
) -> dict[str, Any]:
    summary = (operation.handler.__doc__ or "").strip().split("\n")[0]
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": summary,
        "security": [{operation.who.scheme: []}] if operation.who.scheme else [],
        "responses": _responses(operation, found),
    }
    parameters = [*_parameters(operation, "path", components)]
    parameters += _parameters(operation, "query", components)
    if parameters:
        described["parameters"] = parameters
    if operation.takes_body:
        model = operation.taken("body") or Nothing
        content = {_JSON: {"schema": found[model, "validation"]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(
    operation: Operation, where: str, components: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    model = operation.taken(where)
    if model is None:
        return
    schema = components[model.__name__]
    for name, field in schema["properties"].items():
        required = where == "path" or name in schema.get("required", ())
        yield {"name": name, "in": where, "required": required, "schema": _plain(field)}


def _plain(field: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a parameter: it is left out, never null."""
    plain = {name: value for name, value in field.items() if name not in {"title", "anyOf"}}
    if plain.get("default", ...) is None:
        del plain["default"]
    for choice in field.get("anyOf", ()):
        if choice != {"type": "null"}:
            plain |= choice
    return plain


def _responses(operation: Operation, found: _Schemas) -> dict[str, Any]:
    answers = {operation.status: operation.answers, **operation.otherwise}
    responses: dict[str, Any] = {
        str(status): {
            "description": (model.__doc__ or "").split("\n")[0],
            "content": {_JSON: {"schema": found[model, "serialization"]}},
        }
        for status, model in answers.items()
    }
    for code in codes_of(operation):
        status = str(describe(code)[0])
        if int(status) not in answers:
            responses.setdefault(status, _refusal([]))
            _enum(responses[status]).append(code)
    return dict(sorted(responses.items()))


def codes_of(operation: Operation) -> list[str]:
    """Every code that the operation may be refused with, in the order of the table of codes."""
    told = {"bad_request", "method_not_allowed", "internal", "unavailable"}
    told |= {*operation.who.codes, *operation.codes}
    if operation.takes_body:
        told |= {"too_large", "unsupported_media_type", "forbidden"}
    return [code for code in WIRE if code in told]


def _refusal(codes: list[str]) -> dict[str, Any]:
    narrowed = {"error": {"properties": {"code": {"enum": codes}}}}
    schema = {"$ref": _REF.format(model=Error.__name__), "properties": narrowed}
    return {"description": "Refused.", "content": {_JSON: {"schema": schema}}}


def _enum(response: Mapping[str, Any]) -> list[str]:
    schema = response["content"][_JSON]["schema"]
    codes: list[str] = schema["properties"]["error"]["properties"]["code"]["enum"]
    return codes
