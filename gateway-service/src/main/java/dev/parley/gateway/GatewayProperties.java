package dev.parley.gateway;

import dev.parley.answercache.redis.RedisSettings;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.claude.ClaudeSettings;
import dev.parley.gateway.conversation.DeletionSettings;
import dev.parley.gateway.conversation.HistorySettings;
import dev.parley.gateway.kafka.KafkaSettings;
import dev.parley.gateway.limits.LimitSettings;
import dev.parley.gateway.openai.OpenAiSettings;
import dev.parley.gateway.page.PageSettings;
import dev.parley.gateway.request.RequestSettings;
import dev.parley.gateway.session.SessionSettings;
import dev.parley.gateway.web.ConnectionSettings;
import dev.parley.gateway.web.CorsSettings;
import dev.parley.gateway.web.FeedbackSettings;
import dev.parley.gateway.web.ForwardingSettings;
import dev.parley.gateway.web.KeyGuessSettings;
import dev.parley.gateway.web.WebSettings;
import dev.parley.gateway.web.published.PublishedSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** All settings of the service except models and prices. The defaults are in {@code application.yaml}. */
@ConfigurationProperties("parley.gateway")
public record GatewayProperties(
        WebSettings web,
        RequestSettings request,
        ConnectionSettings connections,
        SessionSettings session,
        KeyGuessSettings wrongKeys,
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
        GenerationSettings generations) {
    /**
     * How conversations are read and changed.
     *
     * @param changeTimeout time to wait for the table to show a new title or a deletion; after it clients get 202
     * @param readsMax conversations listed, read, renamed or deleted at once in a replica, which keys share; at least 1
     * @param renamesPerMinute per tenant and gateway; beyond it clients get 429; at least 1
     * @param exportsMax conversations exported at once in a replica, which keys share; beyond it clients get 529
     */
    public record ConversationSettings(
            String table,
            DynamoDbSettings dynamodb,
            Duration changeTimeout,
            int readsMax,
            int renamesPerMinute,
            int exportsMax,
            DeletionSettings deletions,
            HistorySettings history) {
        public ConversationSettings {
            if (readsMax < 1) {
                throw new IllegalArgumentException("reads-max is at least 1, not " + readsMax);
            }
            if (renamesPerMinute < 1) {
                throw new IllegalArgumentException("renames-per-minute is at least 1, not " + renamesPerMinute);
            }
        }
    }
}
