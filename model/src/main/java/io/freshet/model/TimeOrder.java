package io.freshet.model;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts lists of events that stand oldest first.
 *
 * @param noun what one of them is called
 */
record TimeOrder<T>(String noun, Function<T, Instant> time) {
  /** Returns the time of the event before which the given share, in [0, 1), of all stands. */
  Instant timeAt(double share, List<T> events) {
    if (!(share >= 0 && share < 1) || events.isEmpty()) {
      throw new IllegalArgumentException(
          "share must be in [0, 1) of at least one %s, was %s of %d"
              .formatted(noun, share, events.size()));
    }
    return time.apply(events.get((int) (events.size() * share)));
  }

  /** Returns the events before {@code time}. */
  List<T> before(Instant time, List<T> events) {
    return events.subList(0, firstFrom(time, events));
  }

  /** Returns the events at or after {@code time}. */
  List<T> from(Instant time, List<T> events) {
    return events.subList(firstFrom(time, events), events.size());
  }

  private int firstFrom(Instant from, List<T> events) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (time.apply(events.get(middle)).isBefore(from)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
