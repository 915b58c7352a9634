"""Answers errors for browsers: a page that leads back to the start. All other clients get JSON."""

from markupsafe import Markup

from fsapi import Error, Req, Res

_PAGE = Markup("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{status} {message}</title>
<link rel="icon" href="data:,">
<style>
  :root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }}
  body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
</style>
<h1>{message}</h1>
<p><a href="{home}">Back to the start</a></p>
</html>
""")


def error(req: Req, res: Res, error: Error) -> None:
    """Show what the client may know; Markup escapes it."""
    res.setHeader("Content-Type", "text/html; charset=utf-8")
    res.end(_PAGE.format(status=error.status, message=error.message, home=f"{req.raw.script_root}/"))
