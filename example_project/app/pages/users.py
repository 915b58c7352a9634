"""`/users` for a browser: the users as HTML, straight from the database.

The API has the same URL: whoever asks for JSON, as `fetch()` in the page does, reaches `server/users/index.py`.
"""

from markupsafe import Markup

from fsapi import Req
from lib import db

_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Users</title>
<link rel="icon" href="data:,">
<style>
  :root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }}
  body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
  input, button {{ font: inherit; padding: .25rem .6rem; }}
</style>
</head>
<body>
<main>
  <h1>Users</h1>
  <ul id="users">{users}</ul>
  <form id="add">
    <label>Name <input name="name" autocomplete="off"></label>
    <button>Add</button>
  </form>
  <p id="error" role="alert"></p>
</main>
<script>
  "use strict";
  // The list came with the page; from here on it is the API that is asked, under the URL of the page itself.
  document.getElementById("add").addEventListener("submit", async (event) => {{
    event.preventDefault();
    const form = event.target;
    const response = await fetch(location.pathname, {{
      method: "POST",
      headers: {{ "Content-Type": "application/json" }},
      body: JSON.stringify({{ name: form.elements.name.value }}),
    }});
    const answer = await response.json();
    document.getElementById("error").textContent = response.ok ? "" : answer.error;
    if (response.ok) {{
      form.reset();
      const users = await (await fetch(location.pathname)).json();
      document.getElementById("users").replaceChildren(...users.map((user) => {{
        const item = document.createElement("li");
        item.textContent = user.name;
        return item;
      }}));
    }}
  }});
</script>
</body>
</html>
""")
_ITEM = Markup("<li>{name}</li>")


def page(req: Req) -> Markup:
    """Show the users; Markup escapes what it is filled with."""
    return _PAGE.format(users=Markup().join(_ITEM.format(name=user["name"]) for user in db.get_users()))
