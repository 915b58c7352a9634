"""Settings for production; `gunicorn wsgi:app` in this folder reads them."""

import os

# A broken file on disk does not stop what serves, whether a worker is replaced or HUP asks for a reload.
from fsapi.gunicorn import post_worker_init as post_worker_init
from fsapi.gunicorn import preload_app as preload_app
from fsapi.gunicorn import when_ready as when_ready

# gthread keeps idle connections from occupying threads. One worker process a processor, unless WEB_CONCURRENCY is set.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = 8

# Seconds: until a worker that hangs is replaced, for a worker to finish its requests, until an idle connection is
# closed.
timeout = 30
graceful_timeout = 30
keepalive = 5

# Replacing a worker after so many requests bounds leaks; the jitter keeps workers from being replaced together.
max_requests = 10_000
max_requests_jitter = 1_000

# By default gunicorn uses a parser in C if one is installed, and older ones accept malformed requests.
http_parser = "python"
# By default gunicorn takes the headers SCRIPT_NAME and PATH_INFO of a client on loopback, such as nginx, for its own.
forwarder_headers = ""
# The socket in the home folder can stop workers, and nothing here needs it.
control_socket_disable = True

accesslog = "-"
