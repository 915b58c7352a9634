"""Settings for production, which gunicorn reads by itself: `gunicorn wsgi:app` in this folder."""

import os

# gthread keeps idle connections away from the threads that answer; a worker process for each processor, where
# WEB_CONCURRENCY says nothing else.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = 8

# Seconds: a worker that stands still is replaced, one that is asked to stop may finish, an idle connection is closed.
timeout = 30
graceful_timeout = 30
keepalive = 5

# Whatever leaks is gone after so many requests, and the jitter keeps the workers from being replaced all at once.
max_requests = 10_000
max_requests_jitter = 1_000

# The parser in C is taken where it happens to be installed, and older ones accept malformed requests.
http_parser = "python"
# The socket could stop workers and is written into the home folder; nothing here needs it.
control_socket_disable = True

accesslog = "-"
