# Jianwen in one image: jianwen-server (the default) and jianwen-indexer.
#
#   docker build -t jianwen .
#   docker run -v archive:/var/lib/jianwen -v "$PWD/articles:/articles:ro" jianwen indexer build /articles
#   docker run -v archive:/var/lib/jianwen -p 127.0.0.1:8080:8080 jianwen

FROM debian:bookworm-slim AS build
COPY script/bootstrap /src/script/bootstrap
RUN /src/script/bootstrap build \
    && apt-get install -y -qq --no-install-recommends libcunit1-dev python3 \
    && rm -rf /var/lib/apt/lists/*
COPY . /src
WORKDIR /src
RUN cmake --preset release \
    && cmake --build --preset release -- --quiet \
    && ctest --test-dir build/release --no-tests=error --output-on-failure -L 'unit|golden' \
    && DESTDIR=/out cmake --install build/release --strip

FROM debian:bookworm-slim
# libc-bin holds glibc's gconv modules, which GB18030 and Big5 are read with.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
       libxapian30 libmicrohttpd12 libcjson1 libutf8proc2 libuchardet0 libinih1 libmd0 libxml2 libzstd1 \
       zlib1g libc-bin poppler-utils poppler-data \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
    && groupadd --gid 10001 jianwen \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/jianwen jianwen \
    && mkdir -p /var/lib/jianwen && chown jianwen:jianwen /var/lib/jianwen
COPY --from=build /out/usr/local/bin/ /usr/bin/
COPY --from=build /src/config/docker-entrypoint /usr/bin/jianwen
COPY --from=build /src/LICENSE /src/docs/third-party.md /usr/share/doc/jianwen/
ENV JIANWEN_INDEX=/var/lib/jianwen/index \
    JIANWEN_LISTEN=0.0.0.0:8080 \
    JIANWEN_ALLOW_REMOTE=on
USER 10001:10001
VOLUME /var/lib/jianwen
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/usr/bin/jianwen-server", "--healthcheck"]
LABEL org.opencontainers.image.title="Jianwen" \
      org.opencontainers.image.description="Full-text search for Chinese newspaper archives" \
      org.opencontainers.image.licenses="GPL-3.0-or-later"
ENTRYPOINT ["/usr/bin/jianwen"]
CMD ["server"]
