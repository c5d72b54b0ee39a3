package dev.parley.eventlog.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;

class ListenerContainersTest {
    /** An ACL of the group may be created after the service has started. */
    @Test
    void continuesAfterARefusalByTheBrokers() {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        consumer.setPollException(new GroupAuthorizationException("g"));
        ContainerProperties properties = new ContainerProperties("chat.turns");
        properties.setGroupId("g");
        properties.setMessageListener((MessageListener<String, byte[]>) _ -> {});
        KafkaMessageListenerContainer<String, byte[]> container = new KafkaMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(Map.of()) {
                    @Override
                    public Consumer<String, byte[]> createConsumer(
                            @Nullable String group,
                            @Nullable String prefix,
                            @Nullable String suffix,
                            @Nullable Properties more) {
                        return consumer;
                    }
                },
                properties);
        ListenerContainers.configure(container.getContainerProperties());
        container.start();
        try {
            AtomicBoolean polled = new AtomicBoolean();
            consumer.schedulePollTask(() -> {});
            consumer.schedulePollTask(() -> polled.set(true));
            await().until(polled::get);
            assertThat(container.isInExpectedState()).isTrue();
        } finally {
            container.stop();
        }
    }
}
