package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.TrainingLog.Answered;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainingLogTest {
  private static final Duration WINDOW = Duration.ofSeconds(2);

  @Test
  void clickInTheWindowAnswersTheListWithItsItem() {
    ShownList list = shown("u", 0, "b", "c", "d");
    assertThat(answered(clicks("u: a b c"), list))
        .containsExactly(new Answered(list, Set.of("b", "c")));
  }

  @Test
  void clickAfterTheWindowAnswersNothing() {
    ShownList list = shown("u", 0, "d");
    assertThat(answered(clicks("u: a b c d"), list)).isEmpty();
    assertThat(answered(clicks("u: a b d c"), list)).hasSize(1);
  }

  @Test
  void clickThatCameWithTheListOrBeforeAnswersNothing() {
    assertThat(answered(clicks("u: a b c"), shown("u", 1, "a", "b"))).isEmpty();
  }

  @Test
  void clickOnSomethingElseOrOfSomebodyElseAnswersNothing() {
    assertThat(answered(clicks("u: a b", "v: c"), shown("u", 0, "c", "d"))).isEmpty();
  }

  @Test
  void clickAnswersTheNewestListOfThoseWithItsItem() {
    ShownList first = shown("u", 0, "c", "x");
    ShownList second = shown("u", 1, "c");
    ShownList other = shown("u", 1, "y");
    assertThat(answered(clicks("u: a b c"), second, first))
        .containsExactly(new Answered(second, Set.of("c")));
    assertThat(answered(clicks("u: a b c"), other, first))
        .containsExactly(new Answered(first, Set.of("c")));
  }

  @Test
  void listsOfOneMomentAreAllAnswered() {
    ShownList one = shown("u", 0, "b", "x");
    ShownList other = shown("u", 0, "c", "x");
    assertThat(answered(clicks("u: a b c"), one, other))
        .containsExactly(new Answered(one, Set.of("b")), new Answered(other, Set.of("c")));
    assertThat(answered(clicks("u: a x"), other, one))
        .containsExactly(new Answered(one, Set.of("x")));
  }

  @Test
  void whatCameLaterIsNotKnownBefore() {
    ShownList early = shown("u", 0, "b", "c");
    ShownList late = shown("u", 2, "d");
    TrainingLog log = new TrainingLog(clicks("u: a b c d"), List.of(early, late), WINDOW);
    TrainingLog before = log.before(time(2));
    assertThat(log.answered()).hasSize(2);
    assertThat(before.answered()).containsExactly(new Answered(early, Set.of("b")));
    assertThat(before.shown()).containsExactly(early);
  }

  private static List<Answered> answered(ClickLog clicks, ShownList... shown) {
    return new TrainingLog(clicks, List.of(shown), WINDOW).answered();
  }

  private static ClickLog clicks(String... users) {
    return new ClickLog(Clicks.of(users), List.of());
  }

  private static ShownList shown(String user, int second, String... items) {
    return new ShownList(user + second + items[0], user, time(second), List.of(items));
  }

  private static Instant time(int second) {
    return Instant.ofEpochSecond(1_000_000_000L + second);
  }
}
