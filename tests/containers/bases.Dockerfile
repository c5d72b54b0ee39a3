# Stand-ins for the images that Parley's Dockerfile and docker-compose.yml name, for machines that reach no registry: from
# Debian's packages, the JDK and Maven of this machine, and the servers of ./parley up. They have the users, paths,
# entry points and variables that the originals document, as far as Parley uses them.
ARG ROOT=parley-base/debian
ARG BUILT=parley-base/built

FROM ${ROOT} AS jdk
COPY --from=host-jdk . /opt/java/openjdk
COPY --from=host-certificates . /etc/ssl/certs
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8

FROM jdk AS maven
COPY --from=host-maven . /usr/share/maven
RUN ln -s /usr/share/maven/bin/mvn /usr/local/bin/mvn

# Maven's cache of the build stage, filled with what this machine has downloaded already.
FROM maven AS seed
RUN --mount=type=cache,target=/root/.m2 --mount=type=bind,from=host-repository,target=/repository \
    mkdir -p /root/.m2/repository && cp --archive --no-clobber /repository/. /root/.m2/repository

FROM ${BUILT} AS built

FROM jdk AS kafka
RUN apt-get update && apt-get install --yes --no-install-recommends netcat-openbsd && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --gid 0 appuser && mkdir -p /opt/kafka/config /etc/kafka/docker /mnt/shared/config /var/lib/kafka/data \
    && touch /etc/kafka/docker/server.properties /etc/kafka/docker/log4j2.yaml /etc/kafka/docker/tools-log4j2.yaml \
    && chown -R appuser:0 /opt/kafka /etc/kafka /var/lib/kafka && chmod -R g+w /opt/kafka /etc/kafka /var/lib/kafka
COPY --from=built /build/tools/local-stack/servers/kafka/target/lib/ /opt/kafka/libs/
COPY kafka-start /etc/kafka/docker/run
USER 1000:0
CMD ["/etc/kafka/docker/run"]

FROM jdk AS dynamodb-local
RUN useradd --uid 1000 dynamodblocal
WORKDIR /opt/dynamodb-local
COPY --from=built /build/tools/local-stack/servers/dynamodb/target/lib/ DynamoDBLocal_lib/
RUN printf 'Main-Class: software.amazon.dynamodb.services.local.main.ServerRunner\nEnable-Native-Access: ALL-UNNAMED\nClass-Path:%s\n' \
        "$(ls DynamoDBLocal_lib/*.jar | while read -r jar; do printf ' %s\n ' "$jar"; done)" >manifest \
    && jar --create --file DynamoDBLocal.jar --manifest manifest && rm manifest
ENV JAVA_TOOL_OPTIONS=-Djava.library.path=/opt/dynamodb-local/DynamoDBLocal_lib
USER 1000:1000
ENTRYPOINT ["java"]
CMD ["-jar", "DynamoDBLocal.jar", "-inMemory"]

FROM ${ROOT} AS redis
RUN apt-get update && apt-get install --yes --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /data && chown redis:redis /data
WORKDIR /data
USER redis
CMD ["redis-server"]
