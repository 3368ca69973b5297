package io.freshet.model;

import java.io.Serializable;

/**
 * Whether what was trained may take the place of what is in use: where it is not worse on the
 * newest clicks, which neither has learnt from.
 *
 * @param tolerance how much less of what is measured still is no worse, for a measurement differs
 *     from the next by chance
 * @param ofCurrent whether that is a share of what the release in use comes to: of a recall, which
 *     may be small everywhere, not of an area under a curve
 */
public record ReleaseRule(double tolerance, boolean ofCurrent) implements Serializable {
  public ReleaseRule {
    if (!(tolerance >= 0 && tolerance <= 1)) {
      throw new IllegalArgumentException("tolerance must be in [0, 1], was " + tolerance);
    }
  }

  /** Returns whether a candidate of that worth may be released where nothing is in use. */
  public boolean allowsFirst(double candidate) {
    return !Double.isNaN(candidate);
  }

  /**
   * Returns whether a candidate may follow the release in use.
   *
   * @param candidate what the candidate is worth; not a number where that is unknown
   * @param current the release in use, measured in the same way
   */
  public boolean allows(double candidate, double current) {
    return candidate >= current - (ofCurrent ? tolerance * current : tolerance);
  }
}
