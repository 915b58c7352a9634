"""`/users/42/avatar`: the image of a user."""

from werkzeug.exceptions import UnsupportedMediaType

from fsapi import Req, Res
from lib import db
from lib.images import image_type
from lib.models import Avatar, IdPath, NewAvatar, User

#: In bytes, for the whole form.
max_body = 1024 * 1024


def GET(req: Req[None, IdPath], res: Res) -> None:
    """Show the avatar of a user."""
    found = db.get_image(req.params["id"])
    if found is None:
        res.json({"error": "Not found"}, 404)
        return
    kind, image = found
    res.setHeader("Content-Type", kind)
    # Browsers must not guess another type than the one found when it was stored.
    res.setHeader("X-Content-Type-Options", "nosniff")
    res.end(image)


def PUT(req: Req[NewAvatar, IdPath], res: Res[User]) -> None:
    """Give a user an avatar.

    The file is a PNG, JPEG, GIF or WebP image, recognised by its content. The form has 1 MB at most.
    """
    image = req.body.file.read()
    kind = image_type(image)
    if kind is None:
        raise UnsupportedMediaType("the file is not a PNG, JPEG, GIF or WebP image")
    user = db.set_avatar(req.params["id"], Avatar(kind, req.body.caption), image)
    if user is None:
        res.json({"error": "Not found"}, 404)
    else:
        res.json(user)
