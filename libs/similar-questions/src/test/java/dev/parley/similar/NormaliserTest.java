package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormaliserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Why is the sky blue?!                      | why is the sky blue",
                "  Why  is\tthe sky blue                    | why is the sky blue",
                "What's the matter? I can't pay.            | what is the matter? i can not pay",
                "i cant pay, dont ask                       | i can not pay, do not ask",
                "How’d it end? We'll see                    | how did it end? we will see",
                "Hi there, please cancel my order. Thanks!  | cancel my order",
                "Could you tell me how to renew a passport? | how to renew a passport",
                "Could you tell me a joke about passports?  | could you tell me a joke about passports",
                "hello world                                | hello world",
                "Well, how do I test water?                 | how do i test water",
                "Well water testing at home                 | well water testing at home",
                "Thank you! Where is my order?              | where is my order",
                "Thank you note examples                    | thank you note examples",
                "Good morning, where is my order?           | where is my order",
                "Good morning wishes for a friend           | good morning wishes for a friend",
                "How do you say thank you?                  | how do you say thank you",
                "What is the meaning of asap?               | what is the meaning of asap",
                "How do I say no, please?                   | how do i say no",
                "Is it .5 or 5! or 1... or ...5!?           | is it 0.5 or 5! or 1... or ...5!",
                "Is it an A-?!                              | is it an a-",
                "How does an x-ray work?                    | how does an x-ray work",
                "How do I change my e-mail, please?         | how do i change my e-mail",
                "I ordered 2! Where are they, please?       | i ordered 2! where are they",
                "Where is my order 12588!                   | where is my order 12588",
                "How do you spell: please?                  | how do you spell: please",
                "What does ubiquitous mean, please?         | what does ubiquitous mean",
                "Good morning do you ship to Norway?        | do you ship to norway",
                "Good evening the app does not start        | the app does not start",
                "Thanks please cancel my order              | cancel my order",
                "Question is it safe to eat snow?           | is it safe to eat snow",
                "How do I open a .7z file?                  | how do i open a .7z file",
                "Is .5mg enough?                            | is 0.5mg enough",
                "How many cm is 6″?                         | how many cm is 6\"",
                "Please                                     | please",
                "pay 10,000 or 10,00                        | pay 10000 or 10,00",
                "Is 2³ or 10⁻³ more than H₂O?              | is 2^3 or 10^−3 more than h_2o",
                "ﬁne ＡＢＣ                                  | fine abc",
            })
    void writesQuestionsAlike(String text, String normalised) {
        assertThat(Normaliser.normalise(text)).isEqualTo(normalised);
        assertThat(Normaliser.normalise(normalised)).isEqualTo(normalised);
    }

    @Test
    void removesSomeCourtesiesOnly() {
        assertThat(Normaliser.normalise("ok ".repeat(4) + "how are you")).isEqualTo("how are you");
        assertThat(Normaliser.normalise("ok ".repeat(400) + "how are you")).startsWith("ok ok");
    }
}
