"""The pool of connections to PostgreSQL; `gunicorn.conf.py` opens it in each worker."""

import os

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

#: One connection for each thread of a worker, at most. PostgreSQL allows 100 for all workers by default.
pool: ConnectionPool[Connection[TupleRow]] = ConnectionPool(
    os.environ.get("DATABASE_URL", "dbname=shop"), min_size=1, max_size=8, open=False
)
