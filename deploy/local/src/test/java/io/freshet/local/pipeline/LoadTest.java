package io.freshet.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LoadTest {
  private static final long DUE_MICROS = 1_700_000_000_000_000L;
  private static final long DUE_MILLIS = DUE_MICROS / 1_000;

  private final Load load = new Load("calm", DUE_MICROS, DUE_MICROS + 500);

  @Test
  void answersAreTimedFromWhenTheirClickShouldHaveBeenSent() throws IOException {
    load.take(answer("calm-0", null), DUE_MILLIS + 7, DUE_MICROS + 9_000);
    load.take(answer("calm-1", null), DUE_MILLIS + 20, DUE_MICROS + 30_500);

    assertThat(load.answered()).isEqualTo(2);
    assertThat(load.appended().getMinValue() / 1e3).isCloseTo(7.999, within(.01));
    assertThat(load.appended().getMaxValue() / 1e3).isCloseTo(20.499, within(.02));
    assertThat(load.committed().getMinValue() / 1e3).isCloseTo(9, within(.01));
    assertThat(load.committed().getMaxValue() / 1e3).isCloseTo(30, within(.03));
  }

  @Test
  void answersToOtherClicksAreNothingNew() throws IOException {
    load.take(answer("warm-up-0", null), DUE_MILLIS, DUE_MICROS);
    load.take(answer("calm", null), DUE_MILLIS, DUE_MICROS);

    assertThat(load.answered()).isZero();
  }

  @Test
  void secondAnswerToAClickIsRefused() throws IOException {
    load.take(answer("calm-0", null), DUE_MILLIS, DUE_MICROS);

    assertThatThrownBy(() -> load.take(answer("calm-0", null), DUE_MILLIS, DUE_MICROS))
        .isInstanceOf(IOException.class)
        .hasMessage("A click must be answered once: there are two answers to calm-0");
  }

  @Test
  void answerThatNoModelScoredIsRefused() {
    assertThatThrownBy(() -> load.take(answer("calm-0", "no-model"), DUE_MILLIS, DUE_MICROS))
        .isInstanceOf(IOException.class)
        .hasMessage("Answers must be scored: that to calm-0 has the fallback reason 'no-model'");
  }

  @Test
  void clicksAreAsManyAsTheRateSays() {
    Load rate = Load.startingNow("rate", 250, Duration.ofSeconds(2), new SplittableRandom(1));

    assertThat(rate.clicks()).isEqualTo(500);
  }

  private static Answer answer(String eventId, String fallback) throws IOException {
    return Answer.read(Topics.RECOMMENDATIONS.codec().encode(Answers.to(eventId, fallback)));
  }
}
