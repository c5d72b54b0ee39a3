package dev.parley.gateway;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;

import dev.parley.gateway.claude.ClaudeSettings;
import dev.parley.gateway.claude.TokenCounter;
import dev.parley.gateway.conversation.KeyQuota;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.model.Models;
import dev.parley.gateway.openai.ChatRequestParser;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.web.answers.FeedbackHandler;
import dev.parley.gateway.web.answers.GenerationsHandler;
import dev.parley.gateway.web.chat.ChatHandler;
import dev.parley.gateway.web.connection.HttpConnectionRules;
import dev.parley.gateway.web.connection.StalledWrites;
import dev.parley.gateway.web.conversations.ConversationChangesHandler;
import dev.parley.gateway.web.conversations.ConversationsHandler;
import dev.parley.gateway.web.conversations.ExportHandler;
import dev.parley.gateway.web.filter.CacheControlFilter;
import dev.parley.gateway.web.filter.CorsFilter;
import dev.parley.gateway.web.filter.HostHeaderFilter;
import dev.parley.gateway.web.filter.TrustedProxies;
import dev.parley.gateway.web.models.CountTokensHandler;
import dev.parley.gateway.web.models.ModelsHandler;
import dev.parley.messages.ClaudeKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/** The part of the map for Claude's and OpenAI's APIs, and for connections. */
@Configuration(proxyBeanMethods = false)
@Import({
    TokenCounter.class,
    CountTokensHandler.class,
    FeedbackHandler.class,
    ModelsHandler.class,
    CacheControlFilter.class
})
class ApiConfiguration {
    @Bean
    RouterFunction<ServerResponse> routes(
            ChatHandler chat,
            CountTokensHandler countTokens,
            ModelsHandler models,
            GenerationsHandler generations,
            FeedbackHandler feedback,
            ConversationsHandler conversations,
            ConversationChangesHandler changes,
            ExportHandler exports,
            RequestParser messages,
            JsonMapper mapper,
            Models listed,
            GatewayProperties properties,
            MeterRegistry registry) {
        ChatRequestParser chatCompletions = new ChatRequestParser(mapper, properties.openai(), listed);
        return new Routes(registry)
                .add("/v1/messages", Map.of(POST, request -> chat.answer(request, messages)))
                .add("/v1/chat/completions", Map.of(POST, request -> chat.answer(request, chatCompletions)))
                .add("/v1/messages/count_tokens", Map.of(POST, countTokens::count))
                .add("/v1/models", Map.of(GET, models::list))
                .add("/v1/models/{model}", Map.of(GET, models::read))
                .add("/v1/generations/{generation}", Map.of(DELETE, generations::cancel))
                .add("/v1/generations/{generation}/feedback", Map.of(POST, feedback::rate))
                .add("/v1/generations/{generation}/events", Map.of(GET, generations::events))
                .add("/v1/conversations", Map.of(GET, conversations::list))
                .add(
                        "/v1/conversations/{id}",
                        Map.of(GET, conversations::read, PATCH, changes::rename, DELETE, changes::delete))
                .add("/v1/conversations/{id}/export", Map.of(GET, exports::export))
                .build();
    }

    @Bean
    RequestParser requestParser(JsonMapper mapper, GatewayProperties properties) {
        return new RequestParser(mapper, properties.request());
    }

    @Bean
    KeyQuota feedbackQuota(GatewayProperties properties, Clock clock) {
        return new KeyQuota(properties.feedback().perMinute(), clock);
    }

    /**
     * For calls to Claude that need no event: counting tokens. By HTTP/1.1, where a call that is cancelled closes its connection: all
     * calls would share a connection of HTTP/2, and fail for a quarter of an hour if it is dead without an end.
     */
    @Bean(destroyMethod = "shutdownNow")
    HttpClient claudeClient(ClaudeSettings settings) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    @Bean
    ClaudeSettings claudeSettings(GatewayProperties properties) {
        return properties.claude();
    }

    @Bean
    ClaudeKey claudeKey(ClaudeSettings settings) {
        return ClaudeKey.start(settings.apiKey(), settings.apiKeyFile());
    }

    /** Spring finds it by name and type. */
    @Bean
    ForwardedHeaderTransformer forwardedHeaderTransformer(GatewayProperties properties) {
        return new TrustedProxies(properties.forwarding());
    }

    @Bean
    HostHeaderFilter hosts(GatewayProperties properties) {
        return new HostHeaderFilter(properties.hosts(), properties.session().localKey());
    }

    @Bean
    CorsFilter crossOrigin(GatewayProperties properties) {
        return new CorsFilter(properties.crossOrigin(), properties.session().localKey());
    }

    @Bean
    ModelAliases aliases(ModelProperties models) {
        return new ModelAliases(models.aliases());
    }

    @Bean
    Models listedModels(ModelProperties models, ModelAliases aliases) {
        return new Models(models.listed(), aliases);
    }

    /** An event loop for each processor. Reactor Netty's minimum of four wake up more often, and each writes less at a time. */
    @Bean
    ReactorResourceFactory eventLoops() {
        ReactorResourceFactory factory = new ReactorResourceFactory();
        factory.setUseGlobalResources(false);
        factory.setLoopResourcesSupplier(
                () -> LoopResources.create("http", Runtime.getRuntime().availableProcessors(), true));
        return factory;
    }

    /** Closes connections whose clients stop reading, also when the whole response has been written. */
    @Bean
    NettyServerCustomizer stalledWrites(GatewayProperties properties) {
        return server -> server.doOnChannelInit((_, channel, _) -> channel.pipeline()
                .addFirst(new StalledWrites(properties.resume().readTimeout())));
    }

    /** Bounds and counts connections, and ends requests that are too slow or answered before their end. */
    @Bean
    NettyServerCustomizer requestDeadlines(GatewayProperties properties, Clock clock, MeterRegistry registry) {
        var settings = properties.connections();
        AtomicInteger open = new AtomicInteger();
        Gauge.builder("parley.gateway.connections.open", open, AtomicInteger::get)
                .description("Open connections")
                .register(registry);
        return server -> server.maxConnections(settings.openMax()).doOnChannelInit((_, channel, _) -> {
            open.incrementAndGet();
            channel.closeFuture().addListener(_ -> open.decrementAndGet());
            HttpConnectionRules.watch(channel, settings, properties.web().bodyTimeout(), clock);
        });
    }
}
