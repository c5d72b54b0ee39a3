package dev.parley.gateway;

import dev.parley.answercache.redis.RedisSettings;
import dev.parley.contracts.Bounds;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.claude.ClaudeSettings;
import dev.parley.gateway.kafka.KafkaSettings;
import dev.parley.gateway.limits.LimitSettings;
import dev.parley.gateway.openai.OpenAiSettings;
import dev.parley.gateway.page.PageSettings;
import dev.parley.gateway.request.RequestSettings;
import dev.parley.gateway.session.SessionSettings;
import dev.parley.gateway.web.answers.FeedbackSettings;
import dev.parley.gateway.web.connection.ConnectionSettings;
import dev.parley.gateway.web.conversations.ConversationSettings;
import dev.parley.gateway.web.filter.CorsSettings;
import dev.parley.gateway.web.filter.ForwardingSettings;
import dev.parley.gateway.web.filter.HostSettings;
import dev.parley.gateway.web.input.WebSettings;
import dev.parley.gateway.web.published.PublishedSettings;
import dev.parley.gateway.web.response.KeyGuessSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** All settings of the service except models and prices. The defaults are in {@code application.yaml}. */
@ConfigurationProperties("parley.gateway")
public record GatewayProperties(
        WebSettings web,
        RequestSettings request,
        ConnectionSettings connections,
        SessionSettings session,
        KeyGuessSettings wrongKeys,
        HostSettings hosts,
        CorsSettings crossOrigin,
        ForwardingSettings forwarding,
        AnswerSettings answer,
        ResumeSettings resume,
        OpenAiSettings openai,
        ClaudeSettings claude,
        KafkaSettings kafka,
        LimitSettings limits,
        RedisSettings redis,
        ConversationSettings conversations,
        FeedbackSettings feedback,
        PublishedSettings published,
        PageSettings page,
        GenerationIdSettings generations) {
    public GatewayProperties {
        Bounds.longerThan(
                "answer.lifetime-max", answer.lifetimeMax(), "limits.reservation-life", limits.reservationLife());
    }
}
