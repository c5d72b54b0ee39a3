package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.similar.LexicalVeto.Difference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexicalVetoTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How do I book 2 seats?             | How do I book 3 seats?               | NUMBERS",
                "How do I book two seats?           | How do I book three seats?           | NUMBERS",
                "How far is it from 3 to 5?         | How far is it from 5 to 3?           | NUMBERS",
                "How do I root an X200?             | How do I root an X300?               | NUMBERS",
                "How long do 500 MB take at 9 Mbps? | How long do 500 Mb take at 9 Mbps?   | CAPITALS",
                "How long do 5 MB take at 9 Mbps?   | How long do 5 MB take at 9 MBps?     | CAPITALS",
                "How much is 5 MW?                  | How much is 5 mW?                    | CAPITALS",
                "How much is 5MW?                   | how much is 5mw                      | CAPITALS",
                "How do I call US support?          | How do I call us for support?        | CAPITALS",
                "US support                         | us support                           | CAPITALS",
                "Who leads IT here?                 | who leads it here                    | CAPITALS",
                "What is 2³?                        | What is 23?                          | SYMBOLS",
                "What is 2³?                        | What is 2²?                          | NUMBERS",
                "What is x₂?                        | What is x2?                          | NUMBERS",
                "What is 12 + 4?                    | What is 12 * 4?                      | SYMBOLS",
                "What is 12 - 4?                    | What is 12 / 4?                      | SYMBOLS",
                "What is 12 - 4?                    | What is 12 4?                        | SYMBOLS",
                "What is -4 in words?               | What is 4 in words?                  | SYMBOLS",
                "Is x < y?                          | Is x > y?                            | SYMBOLS",
                "Is x = y?                          | Is x != y?                           | SYMBOLS",
                "How do I learn C++?                | How do I learn C?                    | SYMBOLS",
                "How do I learn C#?                 | How do I learn C++?                  | SYMBOLS",
                "How fast is 9 m/s?                 | How fast is 9 ms?                    | SYMBOLS",
                "Is $20 a lot?                      | Is €20 a lot?                        | SYMBOLS",
                "Is 20% a lot?                      | Is 20 a lot?                         | SYMBOLS",
                "What is 10! / 8!?                  | What is 10 / 8?                      | SYMBOLS",
                "What is 100!                       | What is 100?                         | SYMBOLS",
                "How do I calculate 5!              | How do I calculate 5?                | SYMBOLS",
                "Is an A- a good grade?             | Is an A a good grade?                | SYMBOLS",
                "Is my grade an A-?                 | Is my grade an A?                    | SYMBOLS",
                "How many cm is 6'?                 | How many cm is 6\"?                   | SYMBOLS",
                "How many cm is 6″?                 | How many cm is 6?                    | SYMBOLS",
                "What does 👍🏻 mean?                  | What does 👍🏿 mean?                    | NAMES",
                "May I take .5 mg?                  | May I take 5 mg?                     | NUMBERS",
                "How much is .5 MW?                 | How much is .5 mW?                   | CAPITALS",
                "How do I lose seventy pounds?      | How do I lose eighty pounds?         | NUMBERS",
                "How much is a billion dollars?     | How much is a trillion dollars?      | NUMBERS",
                "Why can´t I sleep?                 | Why can I sleep?                     | NEGATION",
                "Why can`t I sleep?                 | Why can I sleep?                     | NEGATION",
                "Why don\u02bct cats swim?              | Why do cats swim?                    | NEGATION",
                "Is it wise to sleep outside?       | Is it wise not to sleep outside?     | NEGATION",
                "Can I travel with a visa?          | Can I travel without a visa?         | NEGATION",
                "How do I enable the alarm?         | How do I disable the alarm?          | ANTONYM",
                "How do I become more patient?      | How do I become less patient?        | ANTONYM",
                "Is there snow in Norway?           | Is there snow in Kenya?              | NAMES",
                "Does Anna sing?                    | Does she sing?                       | NAMES",
                "What does 水 mean in English?       | What does 火 mean in English?          | NAMES",
                "What does that 😀 mean?             | What does that 😎 mean?               | NAMES",
                "What does が mean in English?       | What does か mean in English?          | NAMES",
                "What does कु mean in English?      | What does के mean in English?        | NAMES",
                "What does мой mean in English?     | What does мои mean in English?       | NAMES",
                "Who wrote 'Hamlet'?                | Who wrote 'Macbeth'?                 | NAMES",
                "How old is Shaquille O'Neal?       | How old is Shaquille O'Brien?        | NAMES",
                "May I eat before the test?         | May I eat after the test?            | TIME_RELATION",
                "Is Mia a dancer?                   | Was Mia a dancer?                    | TENSE",
                "Is Mia a dancer?                   | Is Mia becoming a dancer?            | TENSE",
                "Do I need a lid or a pot?          | Do I need a lid and a pot?           | CONJUNCTION",
                "Which is the first red bus?        | Which is the second red bus?         | QUANTITY",
                "What is the fourth amendment?      | What is the fifth amendment?         | QUANTITY",
                "I can't send money into my account | I can't send money from my account   | DIRECTION",
                "Has my aunt's letter arrived?      | Has the letter to my aunt arrived?   | DIRECTION",
                "Can I add wax to my candle?        | Can I add wax using my candle?       | DIRECTION",
                "Can I add money to the voucher?    | Can I add money with the voucher?    | DIRECTION",
                "Can I get to Rome from Oslo with a dog? | Can I get to Oslo from Rome with a dog? | DIRECTION",
                "Is there a way to fill up my mug?  | Is there a way to fill up by mug?    | DIRECTION",
                "What's the best laptop?            | Which gaming laptop is the best?     | ADDED_WORD",
                "Does the dog chase the cat?        | Does the cat chase the dog?          | ORDER",
                "Did Ben call Zoe?                  | Was Ben called by Zoe?               | ORDER",
                "How do cats purr?                  | Why do cats purr?                    | QUESTION",
                "Should I learn to swim?            | How do I learn to swim?              | QUESTION",
                "Is Mia a dancer?                   | Is Mia a famous dancer?              | ADDED_WORD",
            })
    void rejectsPairsInBothDirections(String a, String b, Difference difference) {
        assertThat(LexicalVeto.of(Question.of(a), Question.of(b))).contains(difference);
        assertThat(LexicalVeto.of(Question.of(b), Question.of(a))).contains(difference);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is hail? How does it form?    | How does hail form?                  | PARTS",
                "What is hail and how does it form? | What is hail?                        | PARTS",
                "What do cats and foxes eat?        | What do cats eat?                    | PARTS",
                "Will the dam break?                | How will the dam break?              | QUESTION",
                "How does Anna sing?                | Can Anna sing?                       | QUESTION",
                "Does the dam leak?                 | Why does the dam leak?               | QUESTION",
                "Why does the dam leak?             | Does the dam leak?                   | QUESTION",
                "Does the dam leak?                 | I think the dam leaks                | QUESTION",
                "What do bridges cost?              | What do you expect bridges to cost?  | ASPECT",
                "What snakes live here?             | How many snakes live here?           | QUESTION",
                "Can I swap stamps?                 | What stamps can I swap?              | QUESTION",
                "Who should lead the choir?         | Who will lead the choir?             | QUESTION",
                "How do I know if I am a good cook? | How do I know if someone is a good cook? | QUESTION",
                "What are the benefits of salt?     | What is salt?                        | ASPECT",
                "What are the effects of salt?      | What are the benefits of salt?       | ASPECT",
                "How does YouTube make money?       | How do you make money on YouTube?    | SUBJECT",
                "How long is the flight from Oslo?  | How long is the flight to Oslo?      | DIRECTION",
                "How do I change GBP to AUD?        | How do I change AUD to GBP?          | ORDER",
            })
    void rejectsAnAnswerToSomethingElse(String asked, String stored, Difference difference) {
        assertThat(LexicalVeto.of(Question.of(asked), Question.of(stored))).contains(difference);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How does hail form?                | What is hail? How does it form?",
                "I think the dam leaks              | Does the dam leak?",
                "Does the dam leak?                 | I wonder whether the dam leaks",
                "Is salt legal in Oslo?             | salt legal in Oslo",
                "The dam is old. Does it leak?      | The dam is old and leaks",
                "Can cats swim?                     | How do cats swim?",
                "How do I swap stamps?              | Can I swap stamps?",
                "My cat is ill, what can I do?      | what to do when my cat is ill",
                "Is there a way to dry shoes?       | How do I dry shoes?",
                "What is the price of salt?         | How much does salt cost?",
                "Where can I learn to swim?         | How do I learn to swim?",
            })
    void passesAnAnswerThatMaySayEnough(String asked, String stored) {
        assertThat(LexicalVeto.of(Question.of(asked), Question.of(stored))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How do I book 2 seats?             | How can I book two seats?",
                "How do I stop the alarm?           | How can the alarm be stopped?",
                "Is there snow in Norway?           | is there any snow in norway",
                "Did Ben call Zoe?                  | Was Zoe called by Ben?",
                "Is Mia married to Ben?             | Is Ben married to Mia?",
                "Are cats and dogs friends?         | Are dogs and cats friends?",
                "Is Mia a dancer?                   | Is Mia really a dancer?",
                "Why do cats purr?                  | What makes cats purr?",
                "my phone is dead, why?             | My phone is dead",
                "What's a good way to cook rice?    | What is the best way to cook rice",
                "HOW DO I COOK RICE?                | how do i cook rice",
                "HOW DO I CALL US?                  | how do i call us",
                "How long do 500 MB take?           | Please, how long do 500 MB take?",
                "HOW LONG DO 500 MB TAKE?           | how long do 500 mb take",
                "What happened to my top-hat?       | What's wrong with my top-hat?",
                "How does Rust's syntax compare?    | How does the syntax of Rust compare?",
                "How does Rust's compare to Go's?   | How does Go's compare to Rust's?",
                "What is my card's limit?           | What limit applies to my card?",
                "Can I talk to a human agent?       | Can I talk with a human agent?",
                "How do I link a phone to my car?   | How do I link a phone with my car?",
                "Can I apply a coupon to my order?  | Can I use a coupon with my order?",
                "Why did my mug fill up fail?       | Why did my fill up with a mug fail?",
                "Can I fill up with a mug?          | Can I use a mug to fill up?",
                "Can I fill it up by mug?           | Is it possible to fill it up using a mug?",
                "What are the top 10 Books?         | What are the top 10 books",
                "Why does HTML matter?              | why does html matter",
                "Is covid-19 over?                  | is covid 19 over",
                "What's a well-known song?          | what's a well known song",
                "refund $1200                       | refund 1200 dollars",
                "Is 20% a lot?                      | is 20 percent a lot",
                "Is the 2016 MacBook good?          | is the 2016 macbook good",
                "Is my card missing/lost?           | is my card missing / lost",
                "Where's my bill #12588, I need it? | where's my bill #12588, i need it",
                "Where is my bill #12588?           | Where is my bill 12588",
                "What is 12 – 4?                    | What is 12 - 4",
                "What is 2³?                        | what is 2^3",
                "What does 水 mean in English?       | what is 水 in english",
                "What does が mean in English?       | what is が in english",
                "Where is a café open?              | where is a cafe open",
                "Is .5 less than 1/2?               | is 0.5 less than 1/2",
                "Why can´t I sleep?                 | why can't i sleep",
                "Who wrote 'Hamlet'?                | who wrote hamlet",
                "I'M ill, what do I do?             | i'm ill, what do i do",
                "How do I buy a dozen eggs?         | How do I buy 12 eggs?",
                "What is the iPhone 15's price?     | What is the price of the iPhone 15?",
                "What does error 404 mean?          | What does \"error 404\" mean?",
                "Where is order `12588`?            | Where is order 12588?",
                "Where is my order 12588!           | Where is my order 12588?",
                "I ordered 2! Where are they?       | I ordered 2. Where are they?",
                "Good morning do you ship to Rome?  | Do you ship to Rome?",
            })
    void passesPairsThatMayMeanTheSame(String a, String b) {
        assertThat(LexicalVeto.of(Question.of(a), Question.of(b))).isEmpty();
        assertThat(LexicalVeto.of(Question.of(b), Question.of(a))).isEmpty();
    }
}
