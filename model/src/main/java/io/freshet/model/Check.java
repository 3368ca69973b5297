package io.freshet.model;

/** Refuses what is not allowed, in the words that all refusals have. */
public final class Check {
  private Check() {}

  /**
   * Lets through what holds.
   *
   * @param what the name of the value
   * @param mustBe what is allowed
   * @param was the value
   * @throws IllegalArgumentException saying all three, where it does not hold
   */
  public static void check(boolean holds, String what, String mustBe, Object was) {
    if (!holds) {
      throw new IllegalArgumentException("%s must be %s, was %s".formatted(what, mustBe, was));
    }
  }
}
