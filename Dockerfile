# Every image of Parley: docker build --build-arg SERVICE=gateway-service --tag parley/gateway-service .
# The services differ in SERVICE only, which is read after the one Maven run: the next image reuses it.
# The tools, whose jars are flat, have targets of their own: docker build --target claude-simulator --tag parley/claude-simulator .
ARG MAVEN_IMAGE=maven:3.9.11-eclipse-temurin-25
ARG JRE_IMAGE=eclipse-temurin:25-jre

FROM ${MAVEN_IMAGE} AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn --batch-mode -Dmaven.test.skip=true -Dspotless.check.skip=true \
        --projects gateway-service,inference-service,cache-service,persistence-worker,:claude-simulator,:pulse,:local-stack \
        --also-make package

# The AOT caches of all services, made by the Java that will use them: the whole system answers questions in here, but for
# Redis. Each service runs as in its image, as app.jar of its working directory, because a cache has the paths of its
# training. A service whose cache could not be made starts without one, and the build says so.
FROM ${JRE_IMAGE} AS training
COPY --from=build /build /build
RUN java -Dparley.checkout=/build -cp '/build/tools/local-stack/target/local-stack.jar:/build/tools/local-stack/target/lib/*' \
        dev.parley.localstack.cli.Parley train \
    || tail -n 20 /build/.parley/training/logs/*.log
RUN for service in gateway-service inference-service cache-service persistence-worker; do \
        mkdir -p /trained/$service && cp /build/$service/target/app-*/app-*.aot /trained/$service/app.aot \
        || echo "$service will start without an AOT cache"; \
    done

# One directory a layer, from what seldom changes to what changes with every commit.
FROM ${JRE_IMAGE} AS layers
ARG SERVICE
WORKDIR /layers
COPY --from=build /build/${SERVICE}/target/${SERVICE}-app.jar app.jar
RUN ["java", "-Djarmode=tools", "-jar", "app.jar", "extract", "--layers", "--destination", "extracted"]
COPY --from=build /build/${SERVICE}/src/main/jvm/jvm.options extracted/

FROM ${JRE_IMAGE} AS runtime
WORKDIR /app
COPY docker/health /usr/local/bin/

# A number, not a name: Kubernetes can only then see that it is not root. Nothing in the image belongs to it.
USER 10001:10001

# A process out of heap ends, and is started again. More options, such as an agent, come through JAVA_TOOL_OPTIONS.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-jar", "app.jar"]

# There is no HEALTHCHECK here: the management port differs by service, so docker-compose.yml and k8s/ hold the checks. Those
# of the former use the program health.

FROM runtime AS claude-simulator
COPY --from=build /build/tools/claude-simulator/target/claude-simulator-app.jar app.jar

FROM runtime AS pulse
COPY --from=build /build/tools/pulse/target/pulse-app.jar app.jar

# The same image provisions the topics, with the entry point
#   java -cp lib/* dev.parley.contracts.topic.TopicProvisioner BOOTSTRAP_SERVERS REPLICATION_FACTOR
FROM runtime AS service
ARG SERVICE
COPY --from=layers /layers/extracted/dependencies/ ./
COPY --from=layers /layers/extracted/spring-boot-loader/ ./
COPY --from=layers /layers/extracted/snapshot-dependencies/ ./
COPY --from=layers /layers/extracted/application/ /layers/extracted/jvm.options ./
COPY --from=training /trained/${SERVICE}/ ./

# What the JVM is told wherever the service runs is in jvm.options. It says so if it cannot use the cache, and goes on without.
ENTRYPOINT ["java", "@jvm.options", "-XX:AOTCache=app.aot", "-XX:MaxRAMPercentage=70", "-jar", "app.jar"]
