package io.freshet.local.evaluation;

import io.freshet.model.baseline.BprConfig;
import io.freshet.model.baseline.BprProgress;
import io.freshet.model.baseline.LightGcn;
import io.freshet.model.baseline.MatrixFactorization;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
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

  private static final Map<String, Set<String>> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put(POPULAR, Set.of());
    KNOWN.put("mf", Set.of());
    KNOWN.put("lightgcn", Set.of());
  }

  private EmbeddingModels() {}

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

  /** Returns how a model learns. */
  static Training training(Contender contender) {
    return switch (contender.kind()) {
      case "mf" -> MatrixFactorization::train;
      case "lightgcn" -> LightGcn::train;
      default -> throw new IllegalStateException(contender.name() + " learns no vectors");
    };
  }
}
