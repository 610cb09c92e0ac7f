# The production image: the application and its runtime packages, no compiler, no tests, no database.

FROM python:3.11-slim AS packages
COPY requirements.txt /tmp/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    AUDIT_ANCHOR_DIR=/srv/anchors \
    MASTER_KEY_FILE=/srv/keys/master-keys
RUN useradd --system --uid 10001 --no-create-home mentalspace \
    && install -d -o mentalspace -m 0700 /srv/media /srv/anchors /srv/keys
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Collecting files asks for settings but uses neither key nor database, so neither is ever in the image.
RUN SECRET_KEY=for-collectstatic-only DATABASE_URL=postgres://nobody@/none ALLOWED_HOSTS=none \
    python manage.py collectstatic --no-input
USER 10001
VOLUME /srv/media /srv/anchors /srv/keys
EXPOSE 8000
# Asked from within under a name the application answers to; a redirect to HTTPS would hide a broken database.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-m", "mentalspace.healthcheck"]
CMD ["gunicorn", "-c", "python:mentalspace.gunicorn"]
