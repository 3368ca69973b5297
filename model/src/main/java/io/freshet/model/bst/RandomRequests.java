package io.freshet.model.bst;

import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.Vocabulary;
import io.freshet.model.network.Vocabularies;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is asked where scoring is measured: users with full sequences over a week, random items.
 *
 * @param behaviors of each sequence
 */
record RandomRequests(int behaviors) {
  private static final int ITEMS = 50_000;
  private static final int CATEGORIES = 500;
  private static final long NOW = 1_600_000_000_000L;
  private static final long WEEK_MILLIS = 604_800_000;
  private static final int HOUR_MILLIS = 3_600_000;

  /** The words of these requests. */
  static Vocabularies vocabularies() {
    return new Vocabularies(
        new Vocabulary(list(ITEMS, i -> "i" + i), 1),
        new Vocabulary(list(CATEGORIES, i -> "c" + i), 1),
        new Vocabulary(List.of("device=phone", "device=desk"), 1));
  }

  /** Returns requests of so many candidates each, the same ones each time. */
  List<ScoringRequest> of(int candidates, int requests) {
    SplittableRandom random = new SplittableRandom(1);
    return Stream.generate(() -> request(candidates, random)).limit(requests).toList();
  }

  private ScoringRequest request(int candidates, SplittableRandom random) {
    List<PastItem> sequence = list(behaviors, i -> past(i, random));
    List<Target> targets =
        list(candidates, i -> new Target(item(random), category(random), i + 1, null));
    return new ScoringRequest(sequence, NOW, targets, Map.of("device", "phone"));
  }

  private PastItem past(int i, SplittableRandom random) {
    long time = NOW - (behaviors - i) * (WEEK_MILLIS / behaviors) + random.nextInt(HOUR_MILLIS);
    return new PastItem(item(random), category(random), time, "click");
  }

  private static <T> List<T> list(int count, IntFunction<T> each) {
    return IntStream.range(0, count).mapToObj(each).toList();
  }

  private static String item(SplittableRandom random) {
    return "i" + random.nextInt(ITEMS);
  }

  private static String category(SplittableRandom random) {
    return "c" + random.nextInt(CATEGORIES);
  }
}
