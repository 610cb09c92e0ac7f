"""The public booking page, off by default: people ask for a time, the desk approves, moves or declines.

Nobody is signed in there. The page shows free times and nothing about anybody; what is sent becomes a request and no
appointment, and holds no time. Whether the person is known is looked up later, by the worker, so that neither the
answer nor its timing tells.
"""
