"""The URLs of the site: the admin, and the API."""

from django.conf import settings
from django.contrib import admin
from django.urls import path, re_path

from fsapi import App
from fsapi.django import view

api = App(settings.BASE_DIR, server="api", max_body=64 * 1024)
urlpatterns = [
    path("admin/", admin.site.urls),
    re_path(r"^api(?:/(?P<rest>.*))?$", view(api), name="api"),
]
