package io.freshet.model.evaluation;

import io.freshet.model.CandidateScorer;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.NetworkTrainer.Material;
import java.util.Map;

/** A way to compare models: all learn from the same, and all are asked the same. */
public interface Protocol {
  /**
   * Returns what a network learns from.
   *
   * @param seed of what is drawn for it
   */
  Material material(NetworkForm form, long seed);

  /** Returns the rule that knows only how items were received by everyone. */
  CandidateScorer popularity();

  /** Returns the rule that knows only which items are clicked around each other. */
  CandidateScorer coClicks();

  /**
   * Asks a model what all are asked.
   *
   * @return for each way to ask, by name, the metrics by name
   */
  Map<String, Map<String, Double>> measure(CandidateScorer scorer);

  /**
   * Returns what else than the data says what is learnt from, what is asked, and in which row.
   * Metrics of two models are of the same questions only where this is the same.
   */
  String questions();
}
