"""`/report`: data that is a TypedDict, given as a literal."""

from datetime import date

from shop import db
from shop.models import Report

from fsapi import Req, Res

TODAY = date(2026, 11, 25)


def GET(req: Req, res: Res[Report]) -> None:
    """Send what was sold."""
    res.json(db.report(TODAY))
    res.json({"day": TODAY, "sold": 3, "top": ["tea"]})
    res.json({"day": TODAY, "sold": 3, "best": ["tea"]})  # error: wrong key
    res.json({"day": TODAY, "sold": 3})  # error: missing key
    res.json({"day": TODAY, "sold": 3, "top": [], "error": ""})  # error: extra key
    res.json({"day": TODAY, "sold": "3", "top": []})  # error: a str where the contract has an int
    res.json({"day": TODAY, "sold": 3, "top": ["tea", 4]})  # error: wrong type in a list


def PUT(req: Req[Report], res: Res[list[Report]]) -> None:
    """Take one, and send a list."""
    res.json([req.body])
    res.json([req.body, {"day": TODAY, "sold": 3}])  # error: missing key in a list
    res.json([{"day": TODAY, "sold": req.body["sold"] + 1, "top": []}])
    res.json(req.body)  # error: one where the contract has a list
    res.json([db.report(req.body["date"])])  # error: wrong key of the body
