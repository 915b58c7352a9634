"""`/photos`: a form with a file."""

from shop.models import Photo

from fsapi import Req, Res


def POST(req: Req[Photo], res: Res[dict[str, str | None]]) -> None:
    """Take a photo."""
    req.body.file.save(f"/tmp/{len(req.body.title)}.jpg")
    res.json({"title": req.body.title, "name": req.body.file.filename})
    res.json({"title": req.body.title, "kind": req.body.file.filename.lower()})  # error: it may have no name
    res.json({"title": req.body.title, "size": len(req.body.file.read())})  # error: an int where the contract has text
