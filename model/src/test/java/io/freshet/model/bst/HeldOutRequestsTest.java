package io.freshet.model.bst;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.Candidate;
import io.freshet.model.ClickLog;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.ShownList;
import io.freshet.model.TrainingLog;
import io.freshet.model.network.LabelledRequest;
import io.freshet.model.network.Logs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link BstTrainer} holds networks against each other on. */
class HeldOutRequestsTest {
  private static final int CLICKS = 8_000;
  private static final int ASKED_OF_A_CLICK = 21;

  private final ClickLog random = Logs.random(500, CLICKS, 400, 1);

  @Test
  void clicksAreHeldOutThatRetrievalFindsAmongOthersThatItFinds() {
    int half = halfOfTheNewest(CLICKS);
    List<LabelledRequest> heldOut = heldOut(TrainingLog.of(random));

    assertThat(heldOut)
        .as("about a quarter of the items are found for a user")
        .hasSizeBetween(half / 6, half / 3);
    assertThat(heldOut).allSatisfy(asked -> assertThat(ranks(asked)).hasSize(ASKED_OF_A_CLICK));
    assertThat(heldOut).flatMap(HeldOutRequestsTest::ranks).doesNotContain(Candidate.NOT_RETRIEVED);
  }

  @Test
  void clicksAreHeldOutWithoutRanksWhereRetrievalFindsTooFew() {
    int few = 640;
    List<LabelledRequest> heldOut = heldOut(TrainingLog.of(Logs.chains(few, 40, 1)));

    assertThat(heldOut).hasSizeBetween(halfOfTheNewest(few) - 1, halfOfTheNewest(few) + 1);
    assertThat(heldOut).allSatisfy(asked -> assertThat(ranks(asked)).hasSize(ASKED_OF_A_CLICK));
    assertThat(heldOut).flatMap(HeldOutRequestsTest::ranks).containsOnly(Candidate.NOT_RETRIEVED);
  }

  @Test
  void listsAreHeldOutAsTheyWereShown() {
    List<ShownList> shown =
        random.clicks().stream()
            .map(
                click ->
                    new ShownList(
                        click.eventId(),
                        click.userId(),
                        click.eventTime().minusSeconds(1),
                        List.of("x", click.itemId(), "y")))
            .toList();
    List<LabelledRequest> lists =
        heldOut(new TrainingLog(random, shown, Duration.ofSeconds(10))).stream()
            .filter(asked -> asked.labels().length != ASKED_OF_A_CLICK)
            .toList();

    assertThat(lists)
        .hasSizeBetween(halfOfTheNewest(CLICKS) * 2 / 3, halfOfTheNewest(CLICKS) * 4 / 3)
        .allSatisfy(
            asked -> {
              assertThat(asked.labels()).containsExactly(1, 0, 0);
              assertThat(asked.request().candidates().subList(1, 3))
                  .extracting(Target::itemId)
                  .containsExactly("x", "y");
            });
  }

  private static List<LabelledRequest> heldOut(TrainingLog log) {
    return BstTrainerTest.TRAINER.heldOut(log, 1);
  }

  private static int halfOfTheNewest(int clicks) {
    return (int) (clicks * BstTrainerTest.SAMPLING.validationShare()) / 2;
  }

  private static List<Integer> ranks(LabelledRequest asked) {
    return asked.request().candidates().stream().map(Target::rank).toList();
  }
}
