package io.freshet.model.network;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorSequence;
import io.freshet.model.Candidate;
import io.freshet.model.CandidateRetriever;
import io.freshet.model.ClickLog;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ItemCatalog;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.ShownList;
import io.freshet.model.TrainingLog.Answered;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Requests as the stream would have asked them: for each click with the clicked item as its first
 * candidate, and for each list that was shown and answered with the items of the list.
 *
 * <p>The label of a click is click k + 1 of a user; the sequence is what came before it. Half of
 * the examples take the time of click k, as a recommendation made right after it would; half a
 * later one, as a recommendation asked for later: see {@link LaterMoment}. Candidates carry the
 * rank that retrieval, over an older part of the log, would have given them at that moment.
 */
public final class ClickExamples {
  private static final int RETRIEVED = 100;
  private static final int RETRIEVED_BY = 50; // behaviors: as many as the job has, unless told
  private static final int[] NO_CLICKS = {0, 0};

  private final List<ClickEvent> clicks; // by user, then in the order of the log
  private final Map<String, int[]> rangeOfUser = new HashMap<>(); // from, end
  private final Map<String, Set<String>> clickedByUser = new HashMap<>();
  private final BitSet repeats = new BitSet(); // clicks on what the user had clicked before
  private final Map<String, String> categories;
  private final CandidateRetriever retriever;
  private final NegativeSampler negatives;
  private final int sequenceLength;
  private final EmbeddingHistory embeddings;

  /** When the half of the recommendations is made that are asked for later than the last click. */
  public enum LaterMoment {
    /** At a moment drawn between the last click and the label: as in a stream. */
    BETWEEN,
    /** At the label's own time: as of a request that is clicked at once. */
    OF_LABEL
  }

  /**
   * @param retrieval must know nothing of the clicks that examples are made for, or the ranks would
   *     give the labels away
   * @param embeddings the vectors of users and items, for those networks that are given any: of
   *     each example those of its own moment
   */
  public ClickExamples(
      ClickLog log,
      ItemCatalog retrieval,
      NegativeSampler negatives,
      int sequenceLength,
      EmbeddingHistory embeddings) {
    this.clicks = new ArrayList<>(log.clicks());
    this.clicks.sort(Comparator.comparing(ClickEvent::userId)); // stable
    for (int i = 0; i < clicks.size(); i++) {
      int first = i;
      String user = clicks.get(i).userId();
      rangeOfUser.computeIfAbsent(user, u -> new int[] {first, first})[1]++;
      Set<String> clicked = clickedByUser.computeIfAbsent(user, u -> new HashSet<>());
      repeats.set(i, !clicked.add(clicks.get(i).itemId()));
    }
    this.categories = log.categories();
    this.retriever = new CandidateRetriever(retrieval, EmbeddingSpace.NONE);
    this.negatives = negatives;
    this.sequenceLength = sequenceLength;
    this.embeddings = embeddings;
  }

  /**
   * Returns the examples whose labels are clicks at or after {@code time}, each with the clicked
   * item first and {@code count} others behind, which the user never clicks. Where the user had
   * clicked the item before, half of the others are such items too, or its standing in the sequence
   * would tell that it was clicked.
   */
  public Examples from(Instant time, int count, LaterMoment later) {
    int[] from =
        IntStream.range(0, clicks.size())
            .filter(example -> !clicks.get(example).eventTime().isBefore(time))
            .toArray();
    float[] labels = new float[1 + count];
    labels[0] = 1;
    return new Examples() {
      @Override
      public int size() {
        return from.length;
      }

      @Override
      public LabelledRequest get(int example, SplittableRandom random) {
        return new LabelledRequest(request(from[example], count, later, random), labels);
      }
    };
  }

  /**
   * Returns the examples whose labels are what became of the lists: what was clicked, then what was
   * shown beside it, and where that makes fewer than {@code 1 + count} others behind.
   */
  public Examples of(List<Answered> lists, int count) {
    return ofLists(lists, list -> 1 + count);
  }

  /** As {@link #of}, but each of what was shown, all of it and nothing else. */
  public Examples asShown(List<Answered> lists) {
    return ofLists(lists, list -> list.shown().itemIds().size());
  }

  private Examples ofLists(List<Answered> lists, ToIntFunction<Answered> size) {
    return new Examples() {
      @Override
      public int size() {
        return lists.size();
      }

      @Override
      public LabelledRequest get(int example, SplittableRandom random) {
        Answered list = lists.get(example);
        return labelled(list, size.applyAsInt(list), random);
      }
    };
  }

  private LabelledRequest labelled(Answered list, int size, SplittableRandom random) {
    ShownList shown = list.shown();
    List<ClickEvent> before = until(shown.userId(), shown.time());
    Map<String, Integer> ranks = ranks(shown.userId(), before);
    List<String> retrieved = List.copyOf(ranks.keySet());
    Set<String> items = new LinkedHashSet<>(list.clicked());
    items.addAll(shown.itemIds());
    Set<String> clicked = clickedByUser.getOrDefault(shown.userId(), Set.of());
    List<String> candidates = new ArrayList<>(size);
    items.stream().limit(size).forEach(candidates::add);
    while (candidates.size() < size) {
      candidates.add(negatives.draw(retrieved, clicked, random));
    }
    float[] labels = new float[size];
    Arrays.fill(labels, 0, Math.min(size, list.clicked().size()), 1);
    return new LabelledRequest(
        request(shown.userId(), before, shown.time().toEpochMilli(), candidates, ranks), labels);
  }

  /** Returns the clicks of a user that a list shown at {@code time} may have known. */
  private List<ClickEvent> until(String userId, Instant time) {
    int[] range = rangeOfUser.getOrDefault(userId, NO_CLICKS);
    int end = range[0];
    while (end < range[1] && !clicks.get(end).eventTime().isAfter(time)) {
      end++;
    }
    return clicks.subList(range[0], end);
  }

  private ScoringRequest request(
      int example, int count, LaterMoment later, SplittableRandom random) {
    ClickEvent label = clicks.get(example);
    List<ClickEvent> before = clicks.subList(rangeOfUser.get(label.userId())[0], example);
    Map<String, Integer> ranks = ranks(label.userId(), before);
    List<String> retrieved = List.copyOf(ranks.keySet());
    Set<String> clicked = clickedByUser.get(label.userId());
    List<String> candidates = new ArrayList<>(count + 1);
    candidates.add(label.itemId());
    List<String> past = repeats.get(example) ? othersOf(before, label.itemId()) : List.of();
    for (int i = 0; i < count; i++) {
      candidates.add(
          !past.isEmpty() && random.nextBoolean()
              ? past.get(random.nextInt(past.size()))
              : negatives.draw(retrieved, clicked, random));
    }
    long now = moment(label, before, later, random);
    return request(label.userId(), before, now, candidates, ranks);
  }

  private ScoringRequest request(
      String userId,
      List<ClickEvent> before,
      long now,
      List<String> candidates,
      Map<String, Integer> ranks) {
    EmbeddingSpace known = embeddings.at(Instant.ofEpochMilli(now));
    List<PastItem> past =
        newest(sequenceLength, before).behaviors().stream()
            .map(behavior -> PastItem.of(behavior, categories.get(behavior.itemId())))
            .toList();
    Map<String, String> context =
        before.isEmpty() ? Map.of() : before.get(before.size() - 1).context();
    List<Target> targets =
        candidates.stream()
            .map(
                item ->
                    new Target(
                        item,
                        categories.get(item),
                        ranks.getOrDefault(item, Candidate.NOT_RETRIEVED),
                        known.ofItem(item)))
            .toList();
    return new ScoringRequest(past, now, targets, context, known.ofUser(userId));
  }

  private static List<String> othersOf(List<ClickEvent> before, String itemId) {
    return before.stream()
        .map(ClickEvent::itemId)
        .filter(other -> !other.equals(itemId))
        .distinct()
        .toList();
  }

  /** Returns the moment that the recommendation is made at, in epoch milliseconds. */
  private static long moment(
      ClickEvent label, List<ClickEvent> before, LaterMoment later, SplittableRandom random) {
    long clicked = label.eventTime().toEpochMilli();
    if (before.isEmpty()) {
      return clicked;
    }
    long last = before.get(before.size() - 1).eventTime().toEpochMilli();
    boolean rightAfterTheLast = clicked == last || random.nextBoolean();
    if (rightAfterTheLast) {
      return last;
    }
    return switch (later) {
      case BETWEEN -> last + random.nextLong(clicked - last);
      case OF_LABEL -> clicked;
    };
  }

  private Map<String, Integer> ranks(String userId, List<ClickEvent> before) {
    BehaviorSequence sequence = newest(RETRIEVED_BY, before);
    Set<String> seen = new HashSet<>();
    before.forEach(click -> seen.add(click.itemId()));
    Map<String, Integer> ranks = new LinkedHashMap<>();
    for (Candidate candidate : retriever.retrieve(userId, sequence, seen, RETRIEVED)) {
      ranks.put(candidate.itemId(), candidate.rank());
    }
    return ranks;
  }

  private static BehaviorSequence newest(int count, List<ClickEvent> before) {
    int surplus = Math.max(0, before.size() - count);
    return new BehaviorSequence(
        count, before.subList(surplus, before.size()).stream().map(Behavior::of).toList());
  }
}
