package io.freshet.model.evaluation;

import io.freshet.model.Behavior;
import io.freshet.model.Candidate;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ClickLog;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.ItemTable;
import io.freshet.model.LeaveOneOut;
import io.freshet.model.LeaveOneOut.HeldOut;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.baseline.CoClickSimilarity;
import io.freshet.model.baseline.Popularity;
import io.freshet.model.metrics.HeldOutRank;
import io.freshet.model.metrics.HitRate;
import io.freshet.model.metrics.Ndcg;
import io.freshet.model.network.ClickExamples;
import io.freshet.model.network.ClickExamples.LaterMoment;
import io.freshet.model.network.Examples;
import io.freshet.model.network.LabelledRequest;
import io.freshet.model.network.Measure;
import io.freshet.model.network.NegativeSampler;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.NetworkTrainer.Material;
import io.freshet.model.network.Vocabularies;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Which item new to them does this user click next? Each user's held-out click is ranked among
 * other items that the user has not clicked: drawn evenly with a fixed seed, given by the data set,
 * or all of them.
 *
 * <p>It is asked in two ways: at the held-out click's own time, which a request for recommendations
 * would know, and at the time of the user's last click before it, which is all that a
 * recommendation made right after a click knows. Networks learn from both kinds of moments; what is
 * held out for validation chooses the epoch, by NDCG@10. Held-out items with at most {@value
 * FullRanking#COLD_CLICKS_MAX} clicks in what is learnt from are measured once more by themselves,
 * at their own times ("-cold-items").
 *
 * <p>Metrics: {@code hr_at_5}, {@code ndcg_at_5}, {@code hr_at_10}, {@code ndcg_at_10}.
 */
public final class HeldOutClicks implements Protocol {
  private static final int VALIDATED_USERS = 3_000;
  private static final int VALIDATED_PAIRS_OF_ALL = 20_000_000;
  private static final int ASKED_AT_ONCE = 64;
  private static final int ASKED_AT_ONCE_OF_ALL = 2; // each with all items there are
  private static final ItemTable NOTHING = ItemTable.of(new ClickLog(List.of(), List.of()));

  private final LeaveOneOut data;
  private final Setup setup;
  private final Map<String, String> categories;
  private final List<String> items;
  private final List<HeldOut> asked;
  private final EmbeddingHistory embeddings;
  private final Map<String, Integer> clicksInTrain = new HashMap<>();
  private final Map<String, Target> targets = new HashMap<>(); // one of each item, for all users

  /**
   * How the question is put.
   *
   * @param name of the rows; the second way to ask adds "-at-last-click"
   * @param negatives how many items the held-out one is ranked among, where the data set gives
   *     none; {@link #ALL} for all, whatever it gives
   * @param users how many users are asked about at most, drawn evenly
   * @param learntNegatives how many items stand beside each clicked one in training
   */
  public record Setup(String name, int negatives, int users, int learntNegatives) {
    /** Among all items that the user has not clicked. */
    public static final int ALL = -1;
  }

  /**
   * @param embeddings for those networks that are given any: the newest are asked with, and learnt
   *     from all of {@code data.train()}
   */
  public HeldOutClicks(LeaveOneOut data, Setup setup, EmbeddingHistory embeddings) {
    if (data.heldOut().isEmpty() || data.validation().isEmpty()) {
      throw new IllegalArgumentException(
          "held-out clicks must be some, of users with at least %d items each, were %d, and %d for validation"
              .formatted(LeaveOneOut.ITEMS_MIN, data.heldOut().size(), data.validation().size()));
    }
    this.data = data;
    this.embeddings = embeddings;
    this.setup = setup;
    this.categories = data.history().categories();
    Set<String> known = new TreeSet<>();
    data.history().clicks().forEach(click -> known.add(click.itemId()));
    data.train().clicks().forEach(click -> clicksInTrain.merge(click.itemId(), 1, Integer::sum));
    data.heldOut().forEach(heldOut -> known.add(heldOut.click().itemId()));
    this.items = List.copyOf(known);
    this.asked = drawn(data.heldOut(), setup.users());
  }

  private static List<HeldOut> drawn(List<HeldOut> all, int count) {
    if (all.size() <= count) {
      return all;
    }
    List<HeldOut> drawn = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      drawn.add(all.get((int) ((long) i * all.size() / count)));
    }
    return drawn;
  }

  @Override
  public Material material(NetworkForm form, long seed) {
    NegativeSampler negatives = new NegativeSampler(data.train(), 0, 0);
    Examples learnt =
        new ClickExamples(data.train(), NOTHING, negatives, form.sequenceLength(), embeddings)
            .from(Instant.MIN, setup.learntNegatives(), LaterMoment.OF_LABEL);
    return new Material(
        "%d clicks, %d negatives".formatted(data.train().clicks().size(), setup.learntNegatives()),
        Vocabularies.of(data.train(), 1),
        learnt,
        validated(),
        Measure.NDCG,
        null);
  }

  /** Returns what each is asked that has a click held out for validation, at that click's time. */
  private List<LabelledRequest> validated() {
    Map<String, Past> pastOfUser = pastOfUser(data.train());
    SplittableRandom random = new SplittableRandom(0); // other items than are asked about
    List<LabelledRequest> validated = new ArrayList<>();
    for (HeldOut next : drawn(data.validation(), validatedUsers())) {
      Past past = pastOfUser.getOrDefault(next.click().userId(), Past.NONE);
      List<Target> candidates = candidates(next, past, random);
      float[] labels = new float[candidates.size()];
      labels[0] = 1;
      long now = next.click().eventTime().toEpochMilli();
      validated.add(new LabelledRequest(request(next, past, now, candidates), labels));
    }
    return validated;
  }

  /** All of them are in memory at once, with all that each item is ranked among. */
  private int validatedUsers() {
    return setup.negatives() == Setup.ALL
        ? Math.min(VALIDATED_USERS, 1 + VALIDATED_PAIRS_OF_ALL / items.size())
        : VALIDATED_USERS;
  }

  /**
   * What is known of a user who is asked about.
   *
   * @param items oldest first
   * @param context of the newest click, as networks learn from it
   */
  private record Past(List<PastItem> items, Map<String, String> context) {
    static final Past NONE = new Past(List.of(), Map.of());

    long newestMillis(long otherwise) {
      return items.isEmpty() ? otherwise : items.get(items.size() - 1).timeMillis();
    }
  }

  private Map<String, Past> pastOfUser(ClickLog log) {
    Map<String, Past> pastOfUser = new HashMap<>();
    for (ClickEvent click : log.clicks()) {
      Past before = pastOfUser.get(click.userId());
      List<PastItem> items = before == null ? new ArrayList<>() : before.items();
      items.add(PastItem.of(Behavior.of(click), categories.get(click.itemId())));
      pastOfUser.put(click.userId(), new Past(items, click.context()));
    }
    return pastOfUser;
  }

  @Override
  public CandidateScorer popularity() {
    return Popularity.of(data.train());
  }

  @Override
  public CandidateScorer coClicks() {
    return new CoClickSimilarity(ItemTable.of(data.train()));
  }

  @Override
  public Map<String, Map<String, Double>> measure(CandidateScorer scorer) {
    Map<String, Past> pastOfUser = pastOfUser(data.history());
    List<HeldOutRank> ownTime = new ArrayList<>();
    List<HeldOutRank> lastClick = new ArrayList<>();
    List<HeldOutRank> coldItems = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1); // the same for every model
    int atOnce = setup.negatives() == Setup.ALL ? ASKED_AT_ONCE_OF_ALL : ASKED_AT_ONCE;
    for (int from = 0; from < asked.size(); from += atOnce) {
      List<ScoringRequest> requests = new ArrayList<>();
      for (HeldOut next : asked.subList(from, Math.min(asked.size(), from + atOnce))) {
        Past past = pastOfUser.getOrDefault(next.click().userId(), Past.NONE);
        List<Target> candidates = candidates(next, past, random);
        long now = next.click().eventTime().toEpochMilli();
        requests.add(request(next, past, now, candidates));
        requests.add(request(next, past, past.newestMillis(now), candidates));
      }
      List<Ranking> rankings = scorer.score(requests);
      for (int i = 0; i < rankings.size(); i += 2) {
        ownTime.add(HeldOutRank.of(rankings.get(i).scores(), 0));
        lastClick.add(HeldOutRank.of(rankings.get(i + 1).scores(), 0));
        if (isCold(requests.get(i).candidates().get(0).itemId())) {
          coldItems.add(ownTime.get(ownTime.size() - 1));
        }
      }
    }
    Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    rows.put(setup.name(), metrics(ownTime));
    rows.put(setup.name() + "-at-last-click", metrics(lastClick));
    if (!coldItems.isEmpty()) {
      rows.put(setup.name() + "-cold-items", metrics(coldItems));
    }
    return rows;
  }

  @Override
  public String questions() {
    return "%s of %08x".formatted(setup, data.hashCode());
  }

  private boolean isCold(String itemId) {
    return clicksInTrain.getOrDefault(itemId, 0) <= FullRanking.COLD_CLICKS_MAX;
  }

  /** Returns the held-out item first, and the others that it is ranked among. */
  private List<Target> candidates(HeldOut heldOut, Past past, SplittableRandom random) {
    Set<String> taken = new HashSet<>();
    past.items().forEach(item -> taken.add(item.itemId()));
    taken.add(heldOut.click().itemId());
    List<Target> candidates = new ArrayList<>();
    candidates.add(target(heldOut.click().itemId()));
    if (setup.negatives() == Setup.ALL) {
      items.stream().filter(item -> !taken.contains(item)).forEach(i -> candidates.add(target(i)));
    } else if (!heldOut.negatives().isEmpty()) {
      heldOut.negatives().forEach(item -> candidates.add(target(item)));
    } else {
      int left = Math.min(setup.negatives(), items.size() - taken.size());
      while (left > 0) {
        String item = items.get(random.nextInt(items.size()));
        if (taken.add(item)) {
          candidates.add(target(item));
          left--;
        }
      }
    }
    return candidates;
  }

  private ScoringRequest request(HeldOut asked, Past past, long now, List<Target> candidates) {
    return new ScoringRequest(
        past.items(),
        now,
        candidates,
        past.context(),
        embeddings.latest().ofUser(asked.click().userId()));
  }

  private Target target(String itemId) {
    return targets.computeIfAbsent(
        itemId,
        item ->
            new Target(
                item,
                categories.get(item),
                Candidate.NOT_RETRIEVED,
                embeddings.latest().ofItem(item)));
  }

  private static Map<String, Double> metrics(List<HeldOutRank> ranks) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int k : new int[] {5, 10}) {
      metrics.put(
          "hr_at_" + k, ranks.stream().mapToDouble(r -> HitRate.at(k, r)).average().orElse(0));
      metrics.put(
          "ndcg_at_" + k, ranks.stream().mapToDouble(r -> Ndcg.at(k, r)).average().orElse(0));
    }
    return metrics;
  }
}
