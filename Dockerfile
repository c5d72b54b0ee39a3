# All images of Parley: docker build --build-arg SERVICE=gateway-service --tag parley/gateway-service .
# SERVICE is read after the Maven run, whose layer all images share.
# The tools have targets of their own: docker build --target claude-simulator --tag parley/claude-simulator .
# The bases can be pinned, or taken from a mirror: --build-arg DEBIAN_IMAGE=debian@sha256:...
ARG MAVEN_IMAGE=maven:3.9.11-eclipse-temurin-25
ARG DEBIAN_IMAGE=debian:trixie-slim
ARG VERSION=0.1.0
# The commit: --build-arg REVISION=$(git rev-parse HEAD)
ARG REVISION=unknown

FROM ${MAVEN_IMAGE} AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn --batch-mode -Dmaven.test.skip=true -Dspotless.check.skip=true -Dcyclonedx.skip=false \
        --projects gateway-service,inference-service,cache-service,persistence-worker,:claude-simulator,:pulse,:experiment,:replay,:local-stack \
        --also-make package

# Java with the modules of the standard, and those for diagnosis (jcmd, flight recorder) and Parley's own needs: 89 MB.
# The archive of shared classes shortens the start of programs without an AOT cache. A certificate that a
# mirror added to the JDK is kept, hence the option for a modified runtime.
FROM ${MAVEN_IMAGE} AS jlink
RUN jlink --output /opt/jre --compress zip-6 --no-header-files --no-man-pages --ignore-modified-runtime \
        --add-modules java.se,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs \
    && /opt/jre/bin/java -Xshare:dump

FROM ${DEBIAN_IMAGE} AS java
COPY --from=jlink /opt/jre /opt/jre
ENV JAVA_HOME=/opt/jre PATH=/opt/jre/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8

# The AOT caches of all services, trained by the Java of the images: all services, Kafka and DynamoDB Local answer requests
# in this stage, without Redis. Each service runs as app.jar in its working directory, as in its image, because a cache
# contains the paths of its training. If training fails, the service starts without a cache, and the build prints it.
FROM java AS training
COPY --from=build /build /build
RUN java -Dparley.checkout=/build -cp '/build/tools/local-stack/target/local-stack.jar:/build/tools/local-stack/target/lib/*' \
        dev.parley.localstack.cli.Parley train \
    || tail -n 20 /build/.parley/training/logs/*.log
RUN for service in gateway-service inference-service cache-service persistence-worker; do \
        mkdir -p /trained/$service && cp /build/$service/target/app-*/app-*.aot /trained/$service/app.aot \
        || echo "$service will start without an AOT cache"; \
    done

# One directory per layer, ordered from the least to the most frequent change.
FROM java AS layers
ARG SERVICE
WORKDIR /layers
COPY --from=build /build/${SERVICE}/target/${SERVICE}-app.jar app.jar
RUN ["java", "-Djarmode=tools", "-jar", "app.jar", "extract", "--layers", "--destination", "extracted"]
COPY --chmod=0644 --from=build /build/${SERVICE}/src/main/jvm/jvm.options extracted/

FROM java AS runtime
WORKDIR /app
COPY --chmod=0755 docker/health /usr/local/bin/

# A numeric user id, because Kubernetes (runAsNonRoot) cannot check a name. The user owns no file of the image.
USER 10001:10001

# The process exits when it is out of heap, to be restarted. JAVA_TOOL_OPTIONS adds options, such as an agent.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-jar", "app.jar"]

# Without HEALTHCHECK, because the management port differs by service: docker-compose.yml and k8s/ have the checks. The
# checks of docker-compose.yml call the program health.

FROM runtime AS claude-simulator
ARG VERSION
ARG REVISION
COPY --from=build /build/tools/claude-simulator/target/claude-simulator-app.jar app.jar
COPY --from=build /build/tools/claude-simulator/target/classes/META-INF/sbom/application.cdx.json sbom.json
LABEL org.opencontainers.image.title="Parley claude-simulator" org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION}

FROM runtime AS pulse
ARG VERSION
ARG REVISION
COPY --from=build /build/tools/pulse/target/pulse-app.jar app.jar
COPY --from=build /build/tools/pulse/target/classes/META-INF/sbom/application.cdx.json sbom.json
LABEL org.opencontainers.image.title="Parley pulse" org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION}

# The commands of ./parley experiment, such as mirror.
FROM runtime AS experiment
ARG VERSION
ARG REVISION
COPY --from=build /build/tools/experiment/target/experiment-app.jar app.jar
COPY --from=build /build/tools/experiment/target/classes/META-INF/sbom/application.cdx.json sbom.json
LABEL org.opencontainers.image.title="Parley experiment" org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION}

# The command ./parley replay, for brokers that only pods reach: docs/operations/kubernetes.md.
FROM runtime AS replay
ARG VERSION
ARG REVISION
COPY --from=build /build/tools/replay/target/replay-app.jar app.jar
COPY --from=build /build/tools/replay/target/classes/META-INF/sbom/application.cdx.json sbom.json
LABEL org.opencontainers.image.title="Parley replay" org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION}

# A shared cache before the gateways, without Maven: docker build --target varnish --tag parley/varnish .
# It compiles its configuration when it starts, below /tmp, so /tmp must permit execution.
FROM ${DEBIAN_IMAGE} AS varnish
RUN apt-get update \
    && apt-get install --yes --no-install-recommends varnish varnish-modules \
    && rm -rf /var/lib/apt/lists/*
# For 5,000 open streams, each with two threads: without caches of memory by thread, and with workspaces below the default, 96k.
ENV MALLOC_CONF=tcache:false,dirty_decay_ms:0,muzzy_decay_ms:0
COPY --chmod=0644 edge/default.vcl edge/container/backend.vcl /etc/varnish/
COPY --chmod=0755 docker/health edge/container/follow-gateway edge/container/finish-streams /usr/local/bin/
USER 10001:10001
ENTRYPOINT ["follow-gateway", "varnishd", "-F", "-j", "none", "-n", "/tmp/varnish", "-a", "http=:8070", "-a", "purge=:8071", \
    "-p", "workspace_client=64k", "-p", "workspace_backend=64k", \
    "-s", "malloc,256m", "-s", "Transient=malloc,320m", "-f", "/etc/varnish/default.vcl"]
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="Parley varnish" org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION}

# The same image provisions the topics, with the entry point
#   java -cp lib/* dev.parley.eventlog.TopicProvisioner BOOTSTRAP_SERVERS REPLICATION_FACTOR
FROM runtime AS service
ARG SERVICE
ARG VERSION
ARG REVISION
COPY --from=layers /layers/extracted/dependencies/ ./
COPY --from=layers /layers/extracted/spring-boot-loader/ ./
COPY --from=layers /layers/extracted/snapshot-dependencies/ ./
COPY --from=layers /layers/extracted/application/ /layers/extracted/jvm.options ./
COPY --from=training /trained/${SERVICE}/ ./
COPY --from=build /build/${SERVICE}/target/classes/META-INF/sbom/application.cdx.json sbom.json

# jvm.options has the options of every environment. The JVM logs a warning and continues if it cannot use the cache.
ENTRYPOINT ["java", "@jvm.options", "-XX:AOTCache=app.aot", "-jar", "app.jar"]
LABEL org.opencontainers.image.title="Parley ${SERVICE}" org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION}
