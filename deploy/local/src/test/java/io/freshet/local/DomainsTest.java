package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DomainsTest {
  private final Domains domains =
      new Domains(log("ann", "bob", "ann"), log("bob", "cid", "cid", "dan"));

  @Test
  void usersOfTheSourceAloneComeOnceAndInTheOrderOfTheirFirstClicks() {
    assertThat(domains.usersOfSourceAlone(Set.of(), 9)).containsExactly("cid", "dan");
    assertThat(domains.usersOfSourceAlone(Set.of(), 1)).containsExactly("cid");
    assertThat(Domains.alone(log("ann")).usersOfSourceAlone(Set.of(), 9)).isEmpty();
  }

  @Test
  void whoHasClickedSinceIsNotOfTheSourceAlone() {
    assertThat(domains.usersOfSourceAlone(Set.of("cid", "eve"), 1)).containsExactly("dan");
  }

  @Test
  void bothAreCutAtOneTime() {
    Instant time = Instant.ofEpochSecond(2);

    assertThat(domains.before(time)).isEqualTo(new Domains(log("ann", "bob"), log("bob", "cid")));
    assertThat(domains.from(time).target().clicks()).hasSize(1);
    assertThat(domains.from(time).source().clicks()).hasSize(2);
  }

  /** Returns clicks a second apart. */
  private static ClickLog log(String... users) {
    List<ClickEvent> clicks = new ArrayList<>();
    for (String user : users) {
      String id = "e" + clicks.size();
      Instant time = Instant.ofEpochSecond(clicks.size());
      clicks.add(new ClickEvent(id, user, "i", time, "click", null, Map.of()));
    }
    return new ClickLog(clicks, List.of());
  }
}
