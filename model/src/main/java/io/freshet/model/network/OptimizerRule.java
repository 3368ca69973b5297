package io.freshet.model.network;

import java.util.List;

/** How weights move along their gradients. */
public enum OptimizerRule {
  /** Kingma and Ba 2015. */
  ADAM,

  /** Duchi et al. 2011; the rule that the BST paper trains with. */
  ADAGRAD;

  /** Returns the names of what is kept for each weight beside it, zero at first. */
  public List<String> accumulators() {
    return switch (this) {
      case ADAM -> List.of("means", "variances");
      case ADAGRAD -> List.of("squares");
    };
  }
}
