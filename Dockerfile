# One image for web, worker and scheduler; docker-compose.yml says which of them it starts.

FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev
COPY static/scss static/scss
RUN npm run build

FROM python:3.13-slim AS packages
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --create-home planwright
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    HOME=/tmp
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=assets /app/build build
RUN PLANWRIGHT_ENV=production ALLOWED_HOSTS=image DATA_DIR=/tmp/image \
    SECRET_KEY=used-only-while-the-image-is-built-and-never-stored-in-it \
    python manage.py collectstatic --noinput
USER planwright
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--keep-alive", "75", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
