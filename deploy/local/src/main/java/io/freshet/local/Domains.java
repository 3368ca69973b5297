package io.freshet.local;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The clicks of two domains, over the same time.
 *
 * @param target where it is recommended
 * @param source what embeddings are learnt from too; without clicks where there is none
 */
record Domains(ClickLog target, ClickLog source) {
  private static final ClickLog NOTHING = new ClickLog(List.of(), List.of());

  static Domains alone(ClickLog target) {
    return new Domains(target, NOTHING);
  }

  /** Returns what was before {@code time}. */
  Domains before(Instant time) {
    return new Domains(target.before(time), source.before(time));
  }

  /** Returns what was at or after {@code time}. */
  Domains from(Instant time) {
    return new Domains(target.from(time), source.from(time));
  }

  /**
   * Returns up to {@code limit} users who have clicked in the source alone, first come first.
   *
   * @param since those who have clicked in the target after all of its clicks here
   */
  List<String> usersOfSourceAlone(Set<String> since, int limit) {
    Set<String> known = new HashSet<>(since);
    target.clicks().forEach(click -> known.add(click.userId()));
    return source.clicks().stream()
        .map(ClickEvent::userId)
        .distinct()
        .filter(user -> !known.contains(user))
        .limit(limit)
        .toList();
  }
}
