"""Statuses without content, and the error statuses as types (IANA's registry), with which `res.json` takes any data."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

#: The statuses of answers (RFC 9110, 15): 1xx are interim ones, which only a server sends.
STATUSES = range(200, 600)
#: The statuses of answers that have no content (RFC 9110, 15.3.5, 15.3.6 and 15.4.5).
NO_CONTENT = frozenset((204, 205, 304))
#: Of these, the statuses that have no Content-Type and no Content-Length either.
NO_CONTENT_HEADERS = frozenset((204, 304))

_Client = Literal[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418]
_Later = Literal[421, 422, 423, 424, 425, 426, 428, 429, 431, 451]
_Server = Literal[500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511]
_Named = Literal[
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.PAYMENT_REQUIRED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.GONE,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    HTTPStatus.EXPECTATION_FAILED,
    HTTPStatus.IM_A_TEAPOT,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.LOCKED,
    HTTPStatus.FAILED_DEPENDENCY,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.UPGRADE_REQUIRED,
    HTTPStatus.PRECONDITION_REQUIRED,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
    HTTPStatus.VARIANT_ALSO_NEGOTIATES,
    HTTPStatus.INSUFFICIENT_STORAGE,
    HTTPStatus.LOOP_DETECTED,
    HTTPStatus.NOT_EXTENDED,
    HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
]

ErrorStatus = _Client | _Later | _Server | _Named
