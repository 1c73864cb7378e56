# The mock and the contract tests in one image, for machines without Python.
#
#     docker build --tag enrol-contract-kit .
#     docker run --rm --read-only --publish 127.0.0.1:8080:8080 --env ENROL_MOCK_CONTROL_TOKEN=secret enrol-contract-kit
#     docker run --rm enrol-contract-kit enrol-contract run http://HOST:PORT --this-is-a-test-host HOST:PORT
#
# The base is an exact tag and no digest: nobody has pulled it where this file was written. Add @sha256:… after a pull.
ARG PYTHON=python:3.13.16-slim-trixie

FROM ${PYTHON} AS build
WORKDIR /kit
COPY locks/contract.txt locks/build.txt locks/
# What the kit needs goes into /opt/kit. What only builds it goes into /opt/build, and stays out of the image.
RUN python -m venv --without-pip /opt/kit \
    && python -m pip --python /opt/kit/bin/python --no-cache-dir --disable-pip-version-check install --no-compile \
        --require-hashes --requirement locks/contract.txt
RUN python -m venv /opt/build \
    && /opt/build/bin/python -m pip --no-cache-dir --disable-pip-version-check install \
        --require-hashes --requirement locks/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY enrol_kit enrol_kit
COPY openapi openapi
COPY command_line command_line
COPY proof proof
COPY mockserver mockserver
COPY contracts contracts
# A read-only image cannot keep compiled modules, so they are made here.
RUN /opt/build/bin/python -m pip --no-cache-dir --disable-pip-version-check wheel --no-deps --no-build-isolation \
        --wheel-dir /opt/build/wheels . \
    && python -m pip --python /opt/kit/bin/python --no-cache-dir --disable-pip-version-check install --no-compile \
        --no-deps --no-index /opt/build/wheels/*.whl \
    && /opt/kit/bin/python -m compileall -q /opt/kit/lib \
    && mkdir /opt/reports

FROM ${PYTHON}
COPY --from=build /opt/kit /opt/kit
# `enrol-contract run` writes its reports into the folder where it runs: mount a folder or a volume at /reports.
COPY --from=build --chown=10001:10001 /opt/reports /reports
ENV PATH=/opt/kit/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /reports
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s CMD ["enrol-mock", "health"]
CMD ["enrol-mock", "serve", "--host", "0.0.0.0", "--log", "text"]
