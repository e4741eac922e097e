# One image for web, worker, beat and migrations; docker-compose.yml says which is which.
FROM python:3.13-slim-trixie AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /app
COPY requirements/uv.txt requirements/base.txt requirements/
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && VIRTUAL_ENV=/venv /venv/bin/uv pip sync --no-cache --require-hashes requirements/base.txt

FROM python:3.13-slim-trixie

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/collected-static \
    VARIORUM_DATA_DIR=/data
RUN useradd --system --uid 10001 --user-group --no-create-home variorum \
    && install -d -o variorum -g variorum /data /storage
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY requirements/base.txt requirements/
COPY config config/
COPY accounts accounts/
COPY annotation annotation/
COPY analysis analysis/
COPY policies policies/
COPY values values/
COPY exports exports/
COPY demo demo/
COPY templates templates/
COPY static static/
COPY locale locale/
# Collecting needs no secret and no service; the key it makes for itself stays behind in /tmp.
RUN python -m config.catalogues compile \
    && VARIORUM_DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build
ENV DJANGO_ENV=production
USER 10001
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--timeout", "60", "--keep-alive", "15", \
     "--no-control-socket"]
