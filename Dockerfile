# The build stage: the tools that make the wheel stay here.
FROM python:3.13.16-slim-trixie AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/dispatch
COPY requirements/ requirements/
# The libraries change less often than our code, so they get a layer of their own.
RUN /opt/dispatch/bin/python -m pip install --no-deps --require-hashes -r requirements/run.lock \
    && python -m pip install --no-deps --require-hashes -r requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY src/ src/
COPY migrations/ migrations/
RUN python -m hatchling build --target wheel --directory wheel \
    && /opt/dispatch/bin/python -m pip install --no-deps wheel/*.whl

FROM python:3.13.16-slim-trixie
RUN useradd --system --uid 10001 --home-dir /srv/dispatch dispatch \
    && install --directory --owner dispatch /srv/dispatch /var/lib/dispatch
COPY --from=build /opt/dispatch /opt/dispatch
COPY config/roster.toml /srv/dispatch/config/
ENV PATH=/opt/dispatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DISPATCH_HOST=0.0.0.0 \
    DISPATCH_PORT=8000 \
    DISPATCH_DATABASE_URL=sqlite:////var/lib/dispatch/dispatch.db
WORKDIR /srv/dispatch
USER dispatch
VOLUME /var/lib/dispatch
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['DISPATCH_PORT']}/healthz\", timeout=2)"]
CMD ["dispatch", "serve"]
