package io.freshet.model.network;

import java.util.SplittableRandom;

/** What a network learns from: requests that all have as many candidates. */
public interface Examples {
  int size();

  /**
   * Returns an example; what is drawn for it is drawn from {@code random}.
   *
   * @param example in [0, size)
   */
  LabelledRequest get(int example, SplittableRandom random);
}
