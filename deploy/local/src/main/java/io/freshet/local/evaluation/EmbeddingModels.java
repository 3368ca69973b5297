package io.freshet.local.evaluation;

import io.freshet.model.ClickLog;
import io.freshet.model.baseline.BprConfig;
import io.freshet.model.baseline.BprProgress;
import io.freshet.model.baseline.LightGcn;
import io.freshet.model.baseline.MatrixFactorization;
import io.freshet.model.embedding.FineTuning;
import io.freshet.model.pcrec.EgoFeatures;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import io.freshet.model.pcrec.PcRecConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** The ways to vectors of users and items, by their names on the command line. */
final class EmbeddingModels {
  /** The rule that has no vectors. */
  static final String POPULAR = "popular";

  private static final String PCREC = "pcrec";
  private static final int CORE = 5;

  private static final Map<String, Set<String>> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put(POPULAR, Set.of());
    KNOWN.put("mf", Set.of());
    KNOWN.put("lightgcn", Set.of());
    KNOWN.put(
        PCREC, Set.of("encoder", "radius", "core", "steps", "features", "positions", "tuning"));
  }

  private final ClickLog source;
  private final boolean encodesSourceUsers;
  private final Map<String, Encoded> encoded = new HashMap<>();

  /**
   * What an encoder says.
   *
   * @param target of its nodes
   * @param sourceUsers null where nobody asks
   */
  private record Encoded(NodeEmbeddings target, Embeddings sourceUsers) {}

  /**
   * @param source null where there is none
   * @param encodesSourceUsers whether {@link #sourceUsers} will be asked for
   */
  EmbeddingModels(ClickLog source, boolean encodesSourceUsers) {
    this.source = source;
    this.encodesSourceUsers = encodesSourceUsers;
  }

  /** Learns vectors of a graph; see {@link MatrixFactorization}. */
  interface Training {
    NodeEmbeddings train(
        InteractionGraph graph,
        BprConfig config,
        ToDoubleFunction<NodeEmbeddings> validation,
        Consumer<BprProgress> listener);
  }

  /** Returns the models of a list separated by commas. */
  static List<Contender> parseAll(String list) {
    return Contender.parseAll(list, KNOWN);
  }

  /** Refuses models that lack what they are to learn from. */
  void check(List<Contender> contenders) {
    for (Contender contender : contenders) {
      if (contender.kind().equals(PCREC)
          && encoder(contender) == Encoder.SOURCE
          && source == null) {
        throw new IllegalArgumentException(
            "model %s must have a --source to learn from".formatted(contender.name()));
      }
    }
  }

  /** Returns how a model learns. */
  Training training(Contender contender) {
    return switch (contender.kind()) {
      case "mf" -> MatrixFactorization::train;
      case "lightgcn" -> LightGcn::train;
      case PCREC ->
          (graph, config, validation, listener) -> {
            NodeEmbeddings start = encoded(contender, graph, config).target();
            return contender.choice("tuning", Tuned.class, Tuned.BPR) == Tuned.NONE
                ? start
                : FineTuning.train(graph, start, config, validation, listener);
          };
      default -> throw new IllegalStateException(contender.name() + " learns no vectors");
    };
  }

  /**
   * Returns what a model says of users by what they did in the source; null where it knows nothing
   * of that.
   */
  Embeddings sourceUsers(Contender contender, InteractionGraph target, BprConfig config) {
    return contender.kind().equals(PCREC) ? encoded(contender, target, config).sourceUsers() : null;
  }

  /** What the encoder has learnt from. */
  private enum Encoder {
    SOURCE,
    TARGET,
    UNTRAINED
  }

  /** What becomes of the encoder's vectors. */
  private enum Tuned {
    BPR,
    NONE
  }

  /** Returns the encoder's vectors; the same for all choices of a tuning. */
  private Encoded encoded(Contender contender, InteractionGraph target, BprConfig config) {
    return encoded.computeIfAbsent(
        "%s %d %d".formatted(contender.name(), config.width(), config.seed()),
        key -> encode(contender, target, config));
  }

  private Encoded encode(Contender contender, InteractionGraph target, BprConfig config) {
    PcRecConfig standard = PcRecConfig.standard();
    Encoder encoder = encoder(contender);
    int steps = encoder == Encoder.UNTRAINED ? 0 : contender.number("steps", standard.steps());
    PcRecConfig form =
        standard
            .withWidths(config.width(), contender.number("positions", standard.positionWidth()))
            .withRadius(contender.number("radius", standard.radius()))
            .withFeatures(contender.choice("features", EgoFeatures.class, standard.features()))
            .withSteps(steps);
    InteractionGraph learnt =
        switch (encoder) {
          case SOURCE -> sourceGraph(contender);
          case TARGET, UNTRAINED -> target;
        };
    try (GraphEncoder trained = preTrained(learnt, form, config.seed())) {
      return new Encoded(
          trained.embed(target),
          encodesSourceUsers ? trained.embedUsers(sourceGraph(contender)) : null);
    }
  }

  private static GraphEncoder preTrained(InteractionGraph graph, PcRecConfig form, long seed) {
    try (PreTrainingDisplay display = new PreTrainingDisplay(form)) {
      return GraphEncoder.pretrain(graph, form, seed, display);
    }
  }

  private static Encoder encoder(Contender contender) {
    return contender.choice("encoder", Encoder.class, Encoder.SOURCE);
  }

  private InteractionGraph sourceGraph(Contender contender) {
    return InteractionGraph.of(source.clicks()).core(contender.number("core", CORE));
  }
}
