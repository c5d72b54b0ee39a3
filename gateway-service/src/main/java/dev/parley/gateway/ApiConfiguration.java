package dev.parley.gateway;

import dev.parley.gateway.claude.TokenCounter;
import dev.parley.gateway.limits.Admission;
import dev.parley.gateway.model.Models;
import dev.parley.gateway.openai.ChatRequestParser;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.web.AnswerDesk;
import dev.parley.gateway.web.Authentication;
import dev.parley.gateway.web.ChatCompletionsHandler;
import dev.parley.gateway.web.CountTokensHandler;
import dev.parley.gateway.web.CrossOrigin;
import dev.parley.gateway.web.MessagesHandler;
import dev.parley.gateway.web.ModelsHandler;
import dev.parley.gateway.web.PrivateByDefault;
import dev.parley.gateway.web.RequestBodies;
import dev.parley.gateway.web.TrustedProxies;
import java.net.http.HttpClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import tools.jackson.databind.json.JsonMapper;

/** The part of the map that shows Claude's and OpenAI's APIs. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {
    @Bean
    MessagesHandler messages(AnswerDesk desk, JsonMapper mapper) {
        return new MessagesHandler(desk, new RequestParser(mapper));
    }

    @Bean
    ChatCompletionsHandler chatCompletions(AnswerDesk desk, JsonMapper mapper, GatewayProperties properties) {
        return new ChatCompletionsHandler(
                desk, new ChatRequestParser(mapper, properties.openai().maxTokens()));
    }

    /** Calls Claude where an answer does not have to be on the log: to count tokens. */
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
            GatewayProperties properties) {
        return new CountTokensHandler(
                authentication,
                bodies,
                new TokenCounter(claudeClient, properties.claude()),
                properties.claude().callsMax());
    }

    @Bean
    PrivateByDefault privateByDefault() {
        return new PrivateByDefault();
    }

    /** Found by its name and type. */
    @Bean
    ForwardedHeaderTransformer forwardedHeaderTransformer(GatewayProperties properties) {
        return new TrustedProxies(properties.forwarding());
    }

    @Bean
    CrossOrigin crossOrigin(GatewayProperties properties) {
        return CrossOrigin.of(properties.crossOrigin(), properties.session().localKey());
    }

    @Bean
    ModelsHandler models(
            Authentication authentication, Admission admission, GatewayProperties properties, JsonMapper mapper) {
        return new ModelsHandler(authentication, new Models(properties.models()), admission, mapper);
    }
}
