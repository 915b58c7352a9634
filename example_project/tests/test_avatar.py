"""`/users/42/avatar`: what can be uploaded, and what comes back."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from lib.images import image_type

PNG = b"\x89PNG\r\n\x1a\n and the rest of it"
IMAGES = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/gif": b"GIF89a\x01\x00\x01\x00",
    "image/webp": b"RIFF\x1a\x00\x00\x00WEBPVP8L",
}
MEGABYTE = 1024 * 1024


def put(client: Client, data: bytes, type: str = "image/png", id: int = 1, **fields: Any) -> TestResponse:
    """Send an image as the form of the page does."""
    return client.put(f"/users/{id}/avatar", data={"file": (BytesIO(data), "avatar", type), **fields})


@pytest.mark.parametrize("type", IMAGES)
def test_an_image_comes_back_as_it_was_sent(client: Client, type: str) -> None:
    """PUT stores the image with the type of its content, and GET sends both, with nosniff."""
    assert put(client, IMAGES[type], "text/html").status_code == 200
    answer = client.get("/users/1/avatar")
    assert (answer.data, answer.content_type) == (IMAGES[type], type)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_user_includes_the_avatar(client: Client) -> None:
    """PUT answers with the user, with type and caption of the avatar, and so do later requests."""
    user = put(client, PNG, caption="Ada, 1840").json
    assert user == {"id": 1, "name": "Ada Lovelace", "avatar": {"type": "image/png", "caption": "Ada, 1840"}}
    assert client.get("/users/1").json == client.get("/users?limit=1").get_json()[0] == user


def test_an_avatar_is_replaced(client: Client) -> None:
    """The last image and its caption replace those before."""
    put(client, PNG, caption="before")
    assert put(client, IMAGES["image/gif"]).get_json()["avatar"] == {"type": "image/gif", "caption": ""}
    assert client.get("/users/1/avatar").data == IMAGES["image/gif"]


def test_an_avatar_outlives_a_new_name(client: Client) -> None:
    """PUT /users/1 leaves the avatar as it is."""
    put(client, PNG)
    assert client.put("/users/1", json={"name": "Ada"}).get_json()["avatar"]["type"] == "image/png"


def test_an_avatar_goes_with_its_user(client: Client) -> None:
    """DELETE /users/1 removes the image too."""
    put(client, PNG)
    client.delete("/users/1")
    assert client.get("/users/1/avatar").status_code == 404


@pytest.mark.parametrize("id", ["1", "4", "0", "ada", "9223372036854775808"])
def test_a_missing_avatar_is_a_404(client: Client, id: str) -> None:
    """A user without an avatar, an unknown user, and an impossible id are a 404."""
    assert client.get(f"/users/{id}/avatar").status_code == 404


def test_an_image_for_an_unknown_user_is_a_404(client: Client) -> None:
    """An image for an unknown user is a 404."""
    assert (put(client, PNG, id=4).status_code, put(client, PNG, id=0).status_code) == (404, 404)


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"RIFF\0\0\0\0WAVE", b"\x89PN"])
def test_only_the_content_makes_a_file_an_image(client: Client, data: bytes) -> None:
    """A file that only claims to be an image is a 415, and nothing is stored."""
    answer = put(client, data, "image/png")
    assert (answer.status_code, answer.json) == (415, {"error": "the file is not a PNG, JPEG, GIF or WebP image"})
    assert client.get("/users/1/avatar").status_code == 404


def test_no_file_is_a_422_with_all_errors(client: Client) -> None:
    """A form without a file and with too long a caption is a 422 with both errors."""
    answer = client.put("/users/1/avatar", data={"caption": "x" * 201}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert answer.get_json()["details"] == [
        {"in": "body", "path": "$.file", "message": "Missing field"},
        {"in": "body", "path": "$.caption", "message": "Expected `str` of length <= 200"},
    ]


def test_text_in_place_of_a_file_is_a_422(client: Client) -> None:
    """A field of text under the name of the file is a 422."""
    answer = client.put("/users/1/avatar", data={"file": "text"}, content_type="multipart/form-data")
    assert (answer.status_code, answer.get_json()["details"][0]["path"]) == (422, "$.file")


@pytest.mark.parametrize(("size", "status"), [(MEGABYTE, 200), (MEGABYTE + 1, 413)])
def test_a_form_has_1_mb_at_most(client: Client, size: int, status: int) -> None:
    """A form one byte over the limit is a 413."""
    start, end = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + PNG, b"\r\n--x--\r\n"
    form = start + bytes(size - len(start) - len(end)) + end
    answer = client.put("/users/1/avatar", data=form, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == status


@pytest.mark.parametrize("type", ["application/json", "application/x-www-form-urlencoded", "image/png", ""])
def test_an_avatar_comes_as_a_multipart_form(client: Client, type: str) -> None:
    """Only a multipart form can hold a file: a body of any other type is a 415 that says so."""
    answer = client.put("/users/1/avatar", data=PNG, content_type=type)
    assert (answer.status_code, answer.headers["Accept"]) == (415, "multipart/form-data")


def test_images_are_recognised_by_their_first_bytes() -> None:
    """Both versions of GIF are images; a beginning that is cut off is not."""
    assert image_type(b"GIF87a") == "image/gif"
    assert [image_type(data[:3]) for data in IMAGES.values()] == [None, "image/jpeg", None, None]
