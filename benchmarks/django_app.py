"""The API of `apps.py` in Django: no middleware, no database, views as functions and one as a class."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from cases import FOLDERS, ROWS
from django.conf import settings  # type: ignore[import-untyped]
from django.core.wsgi import get_wsgi_application  # type: ignore[import-untyped]
from django.http import HttpRequest, JsonResponse  # type: ignore[import-untyped]
from django.urls import path  # type: ignore[import-untyped]
from django.views import View  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Index(View):  # type: ignore[misc] # Django has no annotations
    """The view of two methods."""

    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse({"id": None})

    def post(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse({"name": json.loads(request.body)["name"]})


def _params(request: HttpRequest, **params: str) -> JsonResponse:
    return JsonResponse(params)


def _search(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"page": request.GET["page"], "tag": request.GET["tag"]})


def _typed(request: HttpRequest, id: int) -> JsonResponse:
    return JsonResponse({"id": id, "page": int(request.GET["page"]), "size": int(request.GET["size"])})


def _rows(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"rows": ROWS})


urlpatterns = [path("rows", _rows)]
for folder in FOLDERS:
    urlpatterns += [
        path(folder, _Index.as_view()),
        path(f"{folder}/search", _search),
        path(f"{folder}/<id>", _params),
        path(f"{folder}/<id>/posts/<post>/comments/<comment>", _params),
        path(f"{folder}/files/<path:path>", _params),
        path(f"{folder}/typed/<int:id>", _typed),
    ]


def with_django() -> WSGIApplication:
    """Return Django's application."""
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None, SECRET_KEY="benchmark")
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    return get_wsgi_application()  # type: ignore[no-any-return]
