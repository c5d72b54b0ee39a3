package dev.parley.conversations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.time.api.constraints.InstantRange;
import org.junit.jupiter.api.Test;

class AttributesTest {
    private static final GenerationId GENERATION = new GenerationId("gen_" + "7".repeat(32));

    @Test
    void readsTheGenerationOfAKey() {
        assertThat(Attributes.generation(Attributes.turnKey(GENERATION))).isEqualTo(GENERATION);
        assertThat(Attributes.generation(Attributes.partKey(GENERATION, 7))).isEqualTo(GENERATION);
        assertThat(Attributes.isHead(Attributes.turnKey(GENERATION))).isTrue();
        assertThat(Attributes.isHead(Attributes.partKey(GENERATION, 7))).isFalse();
    }

    /** Pins the keys, because existing items must stay readable. */
    @Test
    void keysHaveTheDocumentedForm() {
        assertThat(Attributes.conversationKey(new TenantId("acme"), new ConversationId("conv_1")))
                .isEqualTo("acme#conv_1");
        assertThat(Attributes.userKey(new TenantId("acme"), "ada#2")).isEqualTo("acme#ada#2");
        assertThat(Attributes.turnKey(GENERATION)).isEqualTo("TURN#gen_" + "7".repeat(32));
        assertThat(Attributes.partKey(GENERATION, 3)).isEqualTo("TURN#gen_" + "7".repeat(32) + "#PART#0003");
    }

    @Test
    void keysHaveAsciiDigitsInAnyLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("fa-IR"));
        try {
            assertThat("%d".formatted(3)).as("a Persian digit").isEqualTo("\u06F3");
            assertThat(Attributes.partKey(GENERATION, 3)).endsWith("#PART#0003");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void theItemsOfATurnAreAdjacentAndWithinTheBounds() {
        assertThat(Attributes.META).isLessThan(Attributes.beforeAllTurns());
        assertThat(Attributes.beforeAllTurns()).isLessThan(Attributes.turnKey(GENERATION));
        assertThat(Attributes.turnKey(GENERATION)).isLessThan(Attributes.partKey(GENERATION, 0));
        assertThat(Attributes.partKey(GENERATION, 9)).isLessThan(Attributes.partKey(GENERATION, 10));
        assertThat(Attributes.partKey(GENERATION, 9999)).isLessThan(Attributes.after(GENERATION));
        assertThat(Attributes.after(GENERATION)).isLessThan(Attributes.afterAllTurns());
        assertThat(Attributes.after(GENERATION))
                .isLessThan(Attributes.turnKey(new GenerationId("gen_" + "8".repeat(32))));
    }

    @Property
    void differentUsersHaveDifferentKeys(
            @ForAll @Tenant String oneTenant,
            @ForAll String oneUser,
            @ForAll @Tenant String otherTenant,
            @ForAll String otherUser) {
        Assume.that(!oneTenant.equals(otherTenant) || !oneUser.equals(otherUser));
        assertThat(Attributes.userKey(new TenantId(oneTenant), oneUser))
                .isNotEqualTo(Attributes.userKey(new TenantId(otherTenant), otherUser));
    }

    @Test
    void aUserCannotImitateAnotherTenant() {
        assertThat(Attributes.userKey(new TenantId("a"), "b#c"))
                .isNotEqualTo(Attributes.userKey(new TenantId("a-b"), "c"));
        assertThatThrownBy(() -> new TenantId("a#b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ConversationId("b#c")).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void textSortsByTime(@ForAll @InstantRange Instant one, @ForAll @InstantRange Instant other) {
        Instant first = one.truncatedTo(ChronoUnit.MICROS);
        Instant second = other.truncatedTo(ChronoUnit.MICROS);
        assertThat(Integer.signum(Attributes.sortable(first).compareTo(Attributes.sortable(second))))
                .isEqualTo(Integer.signum(first.compareTo(second)));
        assertThat(Attributes.instant(Attributes.sortable(first))).isEqualTo(first);
    }

    @Retention(RetentionPolicy.RUNTIME)
    @StringLength(min = 1, max = 6)
    @CharRange(from = 'a', to = 'c')
    @Chars('-')
    @interface Tenant {}
}
