"""`/users` for a browser: the users as HTML, straight from the database.

The API has the same URL: clients that accept JSON, as `fetch()` in the page does, reach `server/users/index.py`.
"""

from markupsafe import Markup

from fsapi import Req
from lib import db
from lib.models import User

_HEAD = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Users</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
  form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-block: 1rem; }
  input, button, select { font: inherit; padding: .25rem .6rem; max-width: 100%; }
  img { width: 3rem; height: 3rem; object-fit: cover; border-radius: .3rem; vertical-align: middle; }
  [role="alert"] > * { margin-block: 0; }
  [role="alert"]:not(:empty) { border-inline-start: .3rem solid #c62828; padding-inline-start: .7rem; }
</style>
</head>
""")
_BODY = Markup("""<body>
<main>
  <h1>Users</h1>
  <ul id="users">{users}</ul>
  <form id="add" action="{url}" method="post">
    <label>Name <input name="name" autocomplete="off"></label>
    <label>Born <input name="born" type="date"></label>
    <button>Add</button>
  </form>
  <form id="upload" action="{url}">
    <label>Avatar of <select id="whose">{options}</select></label>
    <input name="file" type="file" accept="image/png, image/jpeg, image/gif, image/webp" aria-label="Image">
    <label>Caption <input name="caption" autocomplete="off"></label>
    <button>Upload</button>
  </form>
  <div id="error" role="alert"></div>
</main>
""")
_SCRIPT = Markup("""<script>
  "use strict";
  // The list came with the page; from here on it is the API that is asked, under the URL of the page itself. It takes
  // forms as well as JSON, and what comes from users goes into the page as text alone.
  const $ = (id) => document.getElementById(id);

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function item({ id, name, avatar }) {
    const made = element("li", { id: `user-${id}` });
    // Another URL than before, as the image of the last one would be kept.
    const src = `${$("add").action}/${id}/avatar?${Date.now()}`;
    made.append(...(avatar ? [element("img", { src, alt: avatar.caption }), " "] : []), name);
    return made;
  }

  function on(form, method, path, show) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const response = await fetch(form.action + path(), { method, body: new FormData(form) });
      const answer = await response.json();
      $("error").replaceChildren();
      if (response.ok) {
        show(answer);
        form.reset();
      } else {
        const wrongs = answer.details?.map((wrong) => element("li", {}, `${wrong.path}: ${wrong.message}`)) ?? [];
        $("error").append(element("p", {}, answer.details ? "What was sent does not fit:" : answer.error));
        if (wrongs.length) $("error").append(element("ul", {}, ...wrongs));
      }
    });
  }

  on($("add"), "POST", () => "", (user) => {
    $("users").append(item(user));
    $("whose").append(element("option", { value: user.id }, user.name));
  });
  on($("upload"), "PUT", () => `/${$("whose").value}/avatar`, (user) => $(`user-${user.id}`).replaceWith(item(user)));
</script>
</body>
</html>
""")
_ITEM = Markup('<li id="user-{user.id}">{image}{user.name}</li>')
_IMAGE = Markup('<img src="{url}/{user.id}/avatar" alt="{user.avatar.caption}"> ')
_OPTION = Markup('<option value="{user.id}">{user.name}</option>')


def page(req: Req) -> Markup:
    """Show the users; Markup escapes the values."""
    url, users = f"{req.raw.script_root}/users", db.get_users()
    options = Markup().join(_OPTION.format(user=user) for user in users)
    body = _BODY.format(url=url, users=Markup().join(_item(user, url) for user in users), options=options)
    return _HEAD + body + _SCRIPT


def _item(user: User, url: str) -> Markup:
    """Return a user as an entry of the list."""
    return _ITEM.format(user=user, image=_IMAGE.format(user=user, url=url) if user.avatar else "")
