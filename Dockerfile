FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The image has its own Node, so the Node of the lock file, for development, is removed.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node

# The pages, built by the development packages; only their files go into the image.
FROM node:24-slim AS pages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts ./scripts
COPY tsconfig.json ./
COPY client ./client
COPY web ./web
RUN node scripts/web.mjs

FROM node:24-slim
# After SIGTERM a load balancer has two seconds to notice that /readyz says no.
ENV NODE_ENV=production HOST=0.0.0.0 DRAIN_DELAY_MS=2000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY lua ./lua
COPY sql ./sql
COPY src ./src
COPY --from=pages /app/.doorbuster/web ./.doorbuster/web
USER node
EXPOSE 8080
ENTRYPOINT ["node", "--max-semi-space-size=64", "--min-semi-space-size=32"]
CMD ["src/process/main.ts"]
