package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;

/**
 * A way to keep something of each user in state, as {@link StateBenchmark} compares them. All
 * methods are about the user whose key is current.
 *
 * @param <T> what is kept
 */
interface StateForm<T> {
  /** Puts a value where there is none. */
  void fill(T value) throws Exception;

  /** Takes in a behavior, and returns what is kept then. */
  T remember(Behavior behavior) throws Exception;

  /** Makes the forms of one thing. */
  interface Forms<T> {
    /** Registers a form's state. */
    StateForm<T> open(StateFolder folder);
  }
}
