# syntax=docker/dockerfile:1
# Two stages: one builds the wheel with the workbench in it, the other installs nothing but that.

FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
COPY requirements requirements
RUN pip install --require-hashes -r requirements/uv.txt \
    && uv venv --python /usr/local/bin/python3 /opt/winnow \
    && uv pip install --python /opt/winnow/bin/python --require-hashes -r requirements/main.txt \
    && uv pip install --system --require-hashes -r requirements/node.txt
COPY static/workbench/package.json static/workbench/package-lock.json static/workbench/.npmrc static/workbench/
RUN cd static/workbench && npm ci
COPY . .
RUN cd static/workbench && npm run build
RUN uv build --wheel --out-dir /wheel \
    && uv pip install --python /opt/winnow/bin/python --no-deps /wheel/winnow-*.whl

FROM python:3.11.14-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/winnow --create-home winnow
COPY --from=build /opt/winnow /opt/winnow
ENV PATH=/opt/winnow/bin:$PATH PYTHONUNBUFFERED=1 WINNOW_MODE=production WINNOW_HOME=/var/lib/winnow
USER winnow
WORKDIR /var/lib/winnow
VOLUME /var/lib/winnow
EXPOSE 8000
ENTRYPOINT ["winnow"]
CMD ["web", "--host", "0.0.0.0"]
