# Three images: the packages are built in the first two, the last holds only what runs. `directory` is Keycloak, built
# ahead so that it starts on a read-only file system.

FROM python:3.13.9-slim-trixie AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/hilfenetz
COPY requirements.lock .
RUN /opt/hilfenetz/bin/pip install --require-hashes --requirement requirements.lock
COPY . .
RUN /opt/hilfenetz/bin/pip install --no-deps --no-build-isolation .

FROM node:24.11.0-trixie-slim AS frontend
WORKDIR /frontend
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM keycloak/keycloak:26.4.0 AS directory
RUN /opt/keycloak/bin/kc.sh build --db=dev-file --health-enabled=true
COPY --chown=1000:0 portal/demo/realm.json /opt/keycloak/data/import/realm.json

FROM python:3.13.9-slim-trixie AS portal
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin hilfenetz \
    && install --directory --owner=10001 --mode=0700 /srv/files
COPY --from=packages /opt/hilfenetz /opt/hilfenetz
COPY --from=frontend /frontend/node_modules /opt/frontend
ENV PATH=/opt/hilfenetz/bin:$PATH \
    FRONTEND_DIR=/opt/frontend \
    HTTP_HOST=0.0.0.0 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["hilfenetz"]
CMD ["serve"]
