package io.freshet.model.network;

import io.freshet.model.ClickLog;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.Vocabulary;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * From ids to rows: the one place where training and scoring turn requests into what the network
 * reads.
 */
public record Vocabularies(Vocabulary items, Vocabulary categories, Vocabulary contexts) {
  private static final int NONE = Vocabulary.PADDING;
  private static final int UNKNOWN_ITEM_ROWS = 16;
  private static final int UNKNOWN_ROWS = 4;
  private static final String ITEMS_FILE = "items.vocabulary";
  private static final String CATEGORIES_FILE = "categories.vocabulary";
  private static final String CONTEXTS_FILE = "contexts.vocabulary";

  /** Some of a request's candidates, {@code from} inclusive to {@code to} exclusive. */
  record Part(ScoringRequest request, int from, int to) {
    static Part all(ScoringRequest request) {
      return new Part(request, 0, request.candidates().size());
    }

    int candidates() {
      return to - from;
    }

    /** How many of the newest behaviors a network of the given length looks at. */
    int positions(int sequenceLength) {
      return Math.min(request.sequence().size(), sequenceLength);
    }
  }

  /** Returns what a log teaches the words of: items clicked often enough, categories, contexts. */
  public static Vocabularies of(ClickLog log, int minimumClicks) {
    Map<String, Integer> clicks = new TreeMap<>();
    Set<String> contexts = new TreeSet<>();
    for (ClickEvent click : log.clicks()) {
      clicks.merge(click.itemId(), 1, Integer::sum);
      addContexts(click.context(), contexts);
    }
    return of(clicks, minimumClicks, log.categories().values(), contexts);
  }

  /** Returns what a log teaches the words of: items seen often enough, categories, contexts. */
  public static Vocabularies of(ImpressionLog log, int minimumImpressions) {
    Map<String, Integer> seen = new TreeMap<>();
    Set<String> contexts = new TreeSet<>();
    for (Impression impression : log.impressions()) {
      seen.merge(impression.itemId(), 1, Integer::sum);
      addContexts(impression.context(), contexts);
    }
    log.earlierItems()
        .values()
        .forEach(items -> items.forEach(item -> seen.merge(item, 1, Integer::sum)));
    return of(seen, minimumImpressions, log.clicks().categories().values(), contexts);
  }

  private static Vocabularies of(
      Map<String, Integer> items,
      int minimum,
      Collection<String> categories,
      Collection<String> contexts) {
    items.values().removeIf(count -> count < minimum);
    return new Vocabularies(
        new Vocabulary(items.keySet(), UNKNOWN_ITEM_ROWS),
        new Vocabulary(new TreeSet<>(categories), UNKNOWN_ROWS),
        new Vocabulary(contexts, UNKNOWN_ROWS));
  }

  private static void addContexts(Map<String, String> context, Set<String> contexts) {
    context.entrySet().forEach(entry -> contexts.add(contextId(entry)));
  }

  /** Returns whose ids the rows of a weight are: null where they are no ids'. */
  Vocabulary ofTable(String weight) {
    return switch (weight.split("\\.", 2)[0]) {
      case "item" -> items;
      case "category" -> categories;
      case "context" -> contexts;
      default -> null;
    };
  }

  /** Writes a file each into the directory. */
  public void write(Path directory) throws IOException {
    items.write(directory.resolve(ITEMS_FILE));
    categories.write(directory.resolve(CATEGORIES_FILE));
    contexts.write(directory.resolve(CONTEXTS_FILE));
  }

  /** Reads what {@link #write} wrote. */
  public static Vocabularies read(Path directory) throws IOException {
    return new Vocabularies(
        Vocabulary.read(directory.resolve(ITEMS_FILE)),
        Vocabulary.read(directory.resolve(CATEGORIES_FILE)),
        Vocabulary.read(directory.resolve(CONTEXTS_FILE)));
  }

  /** Returns the requests as rows for a network of the given form. */
  Batch encode(List<Part> parts, NetworkForm form) {
    int sequenceLength = form.sequenceLength();
    int positions = parts.stream().mapToInt(p -> p.positions(sequenceLength)).max().orElse(0);
    int candidates = parts.stream().mapToInt(Part::candidates).max().orElse(0);
    int contexts = parts.stream().mapToInt(p -> p.request().context().size()).max().orElse(0);
    Batch batch =
        Batch.padding(
            parts.size(),
            Math.max(1, positions),
            candidates,
            Math.max(1, contexts),
            form.vectorWidth());
    for (int b = 0; b < parts.size(); b++) {
      Part part = parts.get(b);
      encodeSequence(part.request(), part.positions(sequenceLength), form.position(), batch, b);
      encodeCandidates(part, batch, b);
      encodeContext(part.request().context(), batch, b);
      encodeProducts(part, batch, b);
    }
    return batch;
  }

  private void encodeSequence(
      ScoringRequest request, int length, Position position, Batch batch, int b) {
    List<PastItem> sequence = request.sequence();
    int end = (b + 1) * batch.positions();
    int at = end - length;
    for (PastItem past : sequence.subList(sequence.size() - length, sequence.size())) {
      batch.pastItems()[at] = items.row(past.itemId());
      batch.pastCategories()[at] = category(past.categoryId());
      batch.pastPositions()[at] = position.row(request.nowMillis(), past.timeMillis(), end - at);
      at++;
    }
    batch.lengths()[b] = Batch.lengthBucket(length);
  }

  private void encodeCandidates(Part part, Batch batch, int b) {
    int at = b * batch.candidates();
    for (Target target : part.request().candidates().subList(part.from(), part.to())) {
      batch.items()[at] = items.row(target.itemId());
      batch.categories()[at] = category(target.categoryId());
      batch.ranks()[at] = Batch.rankBucket(target.rank());
      at++;
    }
  }

  private void encodeContext(Map<String, String> context, Batch batch, int b) {
    int at = b * batch.contexts();
    for (Map.Entry<String, String> entry : context.entrySet()) {
      batch.context()[at++] = contexts.row(contextId(entry));
    }
  }

  private static void encodeProducts(Part part, Batch batch, int b) {
    if (batch.vectorWidth() == 0) {
      return;
    }
    float[] ofUser = part.request().userVector();
    int at = b * batch.candidates() * Batch.PRODUCT_NUMBERS;
    for (Target target : part.request().candidates().subList(part.from(), part.to())) {
      if (isKnown(ofUser, batch) && isKnown(target.vector(), batch)) {
        batch.products()[at + 1] = product(ofUser, target.vector());
      } else {
        batch.products()[at] = 1;
      }
      at += Batch.PRODUCT_NUMBERS;
    }
  }

  /** A vector of another width is of other embeddings than the network knows: as good as none. */
  private static boolean isKnown(float[] vector, Batch batch) {
    return vector != null && vector.length == batch.vectorWidth();
  }

  private static float product(float[] one, float[] other) {
    float sum = 0;
    for (int d = 0; d < one.length; d++) {
      sum += one[d] * other[d];
    }
    return sum;
  }

  static String contextId(Map.Entry<String, String> entry) {
    return entry.getKey() + "=" + entry.getValue();
  }

  private int category(String id) {
    return id == null ? NONE : categories.row(id);
  }
}
