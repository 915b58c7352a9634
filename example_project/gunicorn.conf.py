"""Settings for production; `gunicorn wsgi:app` in this folder reads them."""

import os

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
# The socket in the home folder can stop workers, and nothing here needs it.
control_socket_disable = True

accesslog = "-"
