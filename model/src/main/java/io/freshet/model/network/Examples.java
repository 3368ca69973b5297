package io.freshet.model.network;

import java.util.SplittableRandom;

/** What a network learns from, or is asked; what it learns from has as many candidates each. */
public interface Examples {
  int size();

  /**
   * Returns an example; what is drawn for it is drawn from {@code random}.
   *
   * @param example in [0, size)
   */
  LabelledRequest get(int example, SplittableRandom random);

  /** Returns these examples, and {@code others} behind them. */
  default Examples and(Examples others) {
    Examples these = this;
    return new Examples() {
      @Override
      public int size() {
        return these.size() + others.size();
      }

      @Override
      public LabelledRequest get(int example, SplittableRandom random) {
        return example < these.size()
            ? these.get(example, random)
            : others.get(example - these.size(), random);
      }
    };
  }
}
