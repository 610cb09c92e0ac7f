"""How gunicorn serves the application, in a container and in a working copy: ``gunicorn -c python:mentalspace.gunicorn``."""

import os

wsgi_app = "mentalspace.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
# Pages wait on PostgreSQL for a few milliseconds: plain processes were the fastest of the simple choices.
worker_class = "sync"
workers = int(os.environ.get("WEB_CONCURRENCY", "3"))
# Loaded once before the workers part: they share memory, and a refusal to start is said once and ends the server.
preload_app = True
# Longer than the database's statement timeout, so that a slow query becomes an error page and not a dead worker.
timeout = 60
graceful_timeout = 20
# The control socket would be a way into the server that nothing here needs.
control_socket_disable = True
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
# The path without its query: a search by name is a record of who was looked for.
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
access_log_format = '%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms [%({x-request-id}o)s]'
