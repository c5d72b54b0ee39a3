package dev.parley.gateway;

import dev.parley.gateway.claude.TokenCounter;
import dev.parley.gateway.limits.Admission;
import dev.parley.gateway.model.Models;
import dev.parley.gateway.openai.ChatRequestParser;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.web.Authentication;
import dev.parley.gateway.web.CacheControlFilter;
import dev.parley.gateway.web.ChatCompletionsHandler;
import dev.parley.gateway.web.ChatHandler;
import dev.parley.gateway.web.CorsFilter;
import dev.parley.gateway.web.CountTokensHandler;
import dev.parley.gateway.web.MessagesHandler;
import dev.parley.gateway.web.ModelsHandler;
import dev.parley.gateway.web.RequestBodies;
import dev.parley.gateway.web.TrustedProxies;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import tools.jackson.databind.json.JsonMapper;

/** The part of the map for Claude's and OpenAI's APIs. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {
    @Bean
    MessagesHandler messages(ChatHandler handler, JsonMapper mapper) {
        return new MessagesHandler(handler, new RequestParser(mapper));
    }

    @Bean
    ChatCompletionsHandler chatCompletions(ChatHandler handler, JsonMapper mapper, GatewayProperties properties) {
        return new ChatCompletionsHandler(handler, new ChatRequestParser(mapper, properties.openai()));
    }

    /** For calls to Claude that need no event: counting tokens. */
    @Bean(destroyMethod = "shutdownNow")
    HttpClient claudeClient(GatewayProperties properties) {
        return HttpClient.newBuilder()
                .connectTimeout(properties.claude().connectTimeout())
                .build();
    }

    @Bean
    CountTokensHandler countTokens(
            Authentication authentication,
            RequestBodies bodies,
            HttpClient claudeClient,
            GatewayProperties properties,
            MeterRegistry registry) {
        // From the start, so that an alert sees the first increase.
        List.of(401, 403).forEach(status -> credentialsRefused(registry, status));
        return new CountTokensHandler(
                authentication,
                bodies,
                new TokenCounter(
                        claudeClient,
                        properties.claude(),
                        status -> credentialsRefused(registry, status).increment()),
                properties.claude().callsMax());
    }

    private static Counter credentialsRefused(MeterRegistry registry, int status) {
        return registry.counter("parley.claude.credentials.refused", "status", Integer.toString(status));
    }

    @Bean
    CacheControlFilter privateByDefault() {
        return new CacheControlFilter();
    }

    /** Spring finds it by name and type. */
    @Bean
    ForwardedHeaderTransformer forwardedHeaderTransformer(GatewayProperties properties) {
        return new TrustedProxies(properties.forwarding());
    }

    @Bean
    CorsFilter crossOrigin(GatewayProperties properties) {
        return CorsFilter.of(properties.crossOrigin(), properties.session().localKey());
    }

    @Bean
    ModelsHandler models(
            Authentication authentication, Admission admission, ModelProperties models, JsonMapper mapper) {
        return new ModelsHandler(authentication, new Models(models.models()), admission, mapper);
    }
}
