package io.freshet.model;

import java.io.Serializable;

/**
 * Whether what was trained may take the place of what is in use: where it is not worse on the
 * newest clicks, which neither has learnt from.
 *
 * @param tolerance how much less area under the curve still is no worse, for a measurement differs
 *     from the next by chance
 */
public record ReleaseRule(double tolerance) implements Serializable {
  public ReleaseRule {
    if (!(tolerance >= 0 && tolerance <= 1)) {
      throw new IllegalArgumentException("tolerance must be in [0, 1], was " + tolerance);
    }
  }

  /** Returns whether a candidate of that area may be released where nothing is in use. */
  public boolean allowsFirst(double candidateAuc) {
    return !Double.isNaN(candidateAuc);
  }

  /**
   * Returns whether a candidate may follow the release in use.
   *
   * @param candidateAuc the candidate's area under the curve; not a number where it has none
   * @param currentAuc that of the release in use, on the same requests
   */
  public boolean allows(double candidateAuc, double currentAuc) {
    return candidateAuc >= currentAuc - tolerance;
  }
}
