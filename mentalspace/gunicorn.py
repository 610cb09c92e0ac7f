"""How gunicorn serves, in a container and in a working copy: ``gunicorn -c python:mentalspace.gunicorn``."""

import os

import environ

env = environ.Env()
wsgi_app = "mentalspace.wsgi"
bind = f"{env.str('HOST', default='127.0.0.1')}:{env.int('PORT', default=8000)}"
# Pages wait on PostgreSQL for a few milliseconds: plain processes were the fastest of the simple choices.
worker_class = "sync"
workers = env.int("WEB_CONCURRENCY", default=3)
# Loaded once before the workers part: they share memory, and a refusal to start is said once and ends the server.
# Only while developing is each worker on its own, as it has to start anew when a file changes.
reload = env.bool("DEVELOPMENT", default=False) and env.bool("DEBUG", default=False)
preload_app = not reload
# Longer than the database's statement timeout, so that a slow query becomes an error page and not a dead worker.
timeout = 60
graceful_timeout = 20
# The control socket would be a way into the server that nothing here needs.
control_socket_disable = True
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn makes its own name in it
# The path without its query: a search by name is a record of who was looked for.
accesslog = "-" if env.bool("ACCESS_LOG", default=False) else None
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms [%({x-request-id}o)s]"
