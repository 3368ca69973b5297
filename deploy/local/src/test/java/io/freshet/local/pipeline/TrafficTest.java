package io.freshet.local.pipeline;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private final Traffic traffic = new Traffic(100, 500, 7);

  @Test
  void everyUserHasAsLongAHistoryBeforeAnythingIsAnswered() {
    ClickLog history = traffic.history();

    Map<String, Long> byUser =
        history.clicks().stream().collect(groupingBy(ClickEvent::userId, counting()));
    assertThat(byUser).hasSize(100).allSatisfy((user, clicks) -> assertThat(clicks).isEqualTo(7));
    assertThat(history.clicks())
        .allMatch(click -> click.eventTime().isBefore(traffic.historyEnds()));
    assertThat(history.items()).hasSize(500).allMatch(item -> item.categoryId() != null);
  }

  @Test
  void backlogIsOneSequenceOfClicksNoneOfThemRepeatedOrAheadOfTheClock() {
    List<ClickEvent> backlog = new ArrayList<>(traffic.backlog(0, 3_000));
    backlog.addAll(traffic.backlog(3_000, 2_000));

    assertThat(backlog).extracting(ClickEvent::eventId).doesNotHaveDuplicates().hasSize(5_000);
    assertThat(backlog).isSortedAccordingTo((a, b) -> a.eventTime().compareTo(b.eventTime()));
    assertThat(backlog).allMatch(click -> !click.eventTime().isBefore(traffic.historyEnds()));
    assertThat(traffic.backlog(0, 3_000)).isEqualTo(backlog.subList(0, 3_000));
  }

  @Test
  void someUsersClickFarMoreThanOthersAndAllItemsAreKnown() {
    List<ClickEvent> backlog = traffic.backlog(0, 20_000);

    Map<String, Long> byUser = backlog.stream().collect(groupingBy(ClickEvent::userId, counting()));
    assertThat(byUser).hasSize(100);
    assertThat(byUser.get("user-0")).isGreaterThan(5 * byUser.get("user-99"));
    assertThat(backlog).allMatch(click -> click.itemId().matches("item-[1-4]?\\d?\\d"));
  }
}
