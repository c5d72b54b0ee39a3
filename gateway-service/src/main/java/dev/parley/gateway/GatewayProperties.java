package dev.parley.gateway;

import dev.parley.conversations.DynamoDbSettings;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.kafka.KafkaSettings;
import dev.parley.gateway.limits.LimitSettings;
import dev.parley.gateway.redis.RedisSettings;
import dev.parley.gateway.session.SessionSettings;
import dev.parley.gateway.web.WebSettings;
import dev.parley.gateway.web.WrongKeySettings;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Every knob of the service. The defaults are in {@code application.yaml}. */
@ConfigurationProperties("parley.gateway")
public record GatewayProperties(
        WebSettings web,
        SessionSettings session,
        WrongKeySettings wrongKeys,
        AnswerSettings answer,
        ResumeSettings resume,
        KafkaSettings kafka,
        LimitSettings limits,
        RedisSettings redis,
        ConversationSettings conversations) {
    /** Where the history is read. */
    public record ConversationSettings(String table, DynamoDbSettings dynamodb) {}
}
