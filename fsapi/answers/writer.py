"""Write what a handler sends as the type of its contract: the fields that it declares, and no others.

Three steps, each for what the one before rejects:

1. The data is written as it is, and read back as the type. That is all for exact objects, and happens in C.
2. What the type declares is picked from the data (see `picks.py`), written, and read back.
3. A NaN, which is null in JSON and so no number, becomes 0 for the check alone.

What cannot be read back does not fit, and is a 500.
"""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from fsapi.answers.containers import Unfit
from fsapi.answers.contents import has_reals, has_sets, silent_names
from fsapi.answers.picks import Compiler
from fsapi.answers.response_check import in_development, watched
from fsapi.contracts.all_errors import ErrorAt
from fsapi.contracts.checks import has_models
from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid, reader
from fsapi.json import engine, twins
from fsapi.json.convert import CONTAINERS, PLAIN
from fsapi.json.encode import EncodeError, encode, encode_exact
from fsapi.json.malformed import Malformed
from fsapi.json.path import children, path_step
from fsapi.request.contract import UNTYPED, Contract, Write
from fsapi.request.route import ErrorFunction, Handler
from fsapi.response.sending import within, within_error

_MAX_PROBLEMS = 5


class AnswerError(TypeError):
    """An answer that is not of the type of its contract; the text names the handler and the place."""


def answering(contract: Contract, handler: Handler, where: str) -> Handler:
    """Return a handler that answers within its contract; the handler itself if the contract asks for nothing.

    `where` names the handler in errors.
    """
    status = contract.statuses[0] if contract.statuses else 200
    write = None if contract.data is UNTYPED else writer(contract.data, where)
    return handler if write is None and status == 200 else within(handler, status, write)


def answering_error(function: ErrorFunction) -> ErrorFunction:
    """Return an error function that answers within its contract where it answers with a success."""
    data = function.contract.data
    write = None if data is UNTYPED else writer(data, f"error in {function.file}")
    return function if write is None else function._replace(call=within_error(function.call, write))


def writer(hint: Any, where: str = "the handler") -> Write | None:
    """Return the function that writes an answer as a type; None for any type.

    It raises AnswerError for data that does not fit, and whatever the project's own code raises.
    """
    answer = Answer(hint)
    if answer.twin is Any:
        return None
    read, write_exact, write_picked = engine.Decoder(answer.twin).decode, encode_exact, answer.write
    exact = twins.origin(hint)

    def write(data: Any) -> bytes:
        kind = type(data)
        if kind is exact or kind in PLAIN or not issubclass(kind, CONTAINERS):
            try:
                body = write_exact(data)
                read(body)
            except (engine.NotJSON, TypeError, ValueError, RecursionError):
                pass  # step 2 says what is wrong, if anything is
            else:
                return body
        return write_picked(data, where)

    def write_always_picked(data: Any) -> bytes:
        return write_picked(data, where)

    chosen = write_always_picked if answer.is_always_picked else write
    return watched(chosen, answer.not_finite, answer.declared, where)


class Answer:
    """The type of an answer, compiled: what reads it, and what picks it from other data."""

    def __init__(self, hint: Any) -> None:
        described = describe(hint)
        self.twin, self._pick, *_ = Compiler().compile(described)
        self.has_models, self.declared = has_models(described), silent_names(described)
        # Reading back does not show that a model lacks a field, or that items of a set are equal.
        self.is_always_picked = self.has_models or has_sets(described)
        self._read = engine.Decoder(self.twin).decode
        # In a model a NaN is found only by a type of its own.
        finds_nan = not self.has_models or not in_development()
        self._reals = self.twin if finds_nan else Compiler(reals=True).compile(described).twin
        self._zero = Compiler(nan_as_zero=True).compile(described).pick if has_reals(described) else None

    def write(self, data: Any, where: str) -> bytes:
        """Return what the type declares of some data as JSON; raise AnswerError."""
        try:
            body, problems = self._write(data if self._pick is None else self._pick(data))
        except EncodeError as exc:
            raise _error(where, str(exc)) from exc
        except RecursionError as exc:
            raise _error(where, "the data is nested too deep, or contains itself") from exc
        if problems:
            raise _error(where, "; ".join(f"{path}: {message}" for path, message in problems[:_MAX_PROBLEMS]))
        return body

    def _write(self, picked: Any) -> tuple[bytes, Sequence[ErrorAt]]:
        """Return the JSON of data that was picked, and its errors."""
        if isinstance(picked, engine.Raw):
            body = bytes(picked)
            return body, () if self._fits(body) else _errors(self.twin, body)
        problems = [*_unfit(picked, "$")] if self.has_models else []
        body = b"" if problems else encode(picked)
        if problems or self._fits(body):
            return body, problems
        if self._zero is None:
            return body, _errors(self.twin, body)
        checked = encode(self._zero(picked))
        return body, () if self._fits(checked) else _errors(self.twin, checked)

    def not_finite(self, body: bytes) -> list[ErrorAt]:
        """Return the places of NaN and infinities in JSON that fits the type."""
        return _errors(self._reals, body)

    def _fits(self, body: bytes) -> bool:
        """Return whether JSON can be read as the type."""
        try:
            self._read(body)
        except engine.Misfit:
            return False
        except engine.NotJSON:
            return self._fits(_without_surrogates(body))
        return True


def _errors(twin: Any, body: bytes) -> list[ErrorAt]:
    """Return the errors of JSON as a type, each a path and a message."""
    try:
        reader(describe(twin))(_without_surrogates(body))
    except Invalid as exc:
        return exc.errors
    except Malformed as exc:
        return [(f"${exc.rest or ''}", str(exc).partition(" at `")[0])]
    return []


def _error(where: str, text: str) -> AnswerError:
    return AnswerError(f"{where} does not keep its contract: {text}")


def _unfit(picked: Any, path: str) -> Iterator[ErrorAt]:
    """Yield the errors of models in data that was picked."""
    if isinstance(picked, Unfit):
        yield from (("".join((path, *map(path_step, steps))), message) for steps, message in picked.errors)
    for step, child in children(picked):
        yield from _unfit(child, path + step)


def _without_surrogates(body: bytes) -> bytes:
    """Return JSON with a question mark for each lone surrogate, which Python writes and nothing else reads."""
    return json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace")
