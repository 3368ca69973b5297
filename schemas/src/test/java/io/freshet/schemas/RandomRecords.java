package io.freshet.schemas;

import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Valid records of every kind, different each time, the same for the same seed. */
final class RandomRecords {
  private static final String LETTERS = "abcXYZ019 -_:/\"\\{}[],.äß\u20AC\u4E2D\u0645";

  private final Random random;

  RandomRecords(long seed) {
    this.random = new Random(seed);
  }

  ClickEvent click() {
    return new ClickEvent(id(), id(), id(), time(), id(), orNull(this::id), texts());
  }

  RecommendationRequest request() {
    List<String> candidates = Stream.generate(this::id).limit(few()).distinct().toList();
    return new RecommendationRequest(id(), id(), time(), candidates, orNull(this::id), texts());
  }

  Item item() {
    return new Item(
        id(), orNull(this::id), orNull(this::text), orNull(this::id), random.nextBoolean());
  }

  Release release() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    IntStream.range(0, few()).forEach(i -> metrics.put(id(), random.nextGaussian() * 1e3));
    Map<String, String> pins = new LinkedHashMap<>();
    IntStream.range(0, few()).forEach(i -> pins.put(id(), id()));
    return new Release(id(), id(), id(), id(), sha256(), time(), metrics, pins);
  }

  Recommendation recommendation() {
    List<RankedItem> items = Stream.generate(this::rankedItem).limit(few()).toList();
    return new Recommendation(
        id(),
        id(),
        orNull(this::id),
        items,
        id(),
        orNull(this::id),
        orNull(this::id),
        orNull(this::id),
        random.nextInt(Integer.MAX_VALUE),
        sha256(),
        new Trigger(id(), random.nextInt(64), random.nextLong(Long.MAX_VALUE), id()),
        time(),
        time());
  }

  private RankedItem rankedItem() {
    List<AttendedItem> attended =
        Stream.generate(() -> new AttendedItem(id(), random.nextFloat())).limit(few()).toList();
    return new RankedItem(id(), orNull(random::nextFloat), id(), attended);
  }

  private int few() {
    return random.nextInt(4);
  }

  private <T> T orNull(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    IntStream.range(0, few()).forEach(i -> texts.put(id(), text()));
    return texts;
  }

  private Instant time() {
    return Instant.ofEpochMilli(Times.MIN_EPOCH_MILLIS + random.nextLong(4_000_000_000_000L));
  }

  private String sha256() {
    return Stream.generate(() -> Integer.toHexString(random.nextInt(16)))
        .limit(64)
        .collect(Collectors.joining());
  }

  private String text() {
    return random.nextInt(8) == 0 ? "" : id() + "\n\t\u0000\uD83D\uDE00" + id();
  }

  private String id() {
    return random
        .ints(1 + random.nextInt(12), 0, LETTERS.length())
        .mapToObj(i -> LETTERS.substring(i, i + 1))
        .collect(Collectors.joining());
  }
}
