package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.KnownUser;

/**
 * A way to keep what is known of each user in state, as {@link StateBenchmark} compares them. All
 * methods are about the user whose key is current.
 */
interface StateForm {
  /** Puts what is known where there is nothing. */
  void fill(String userId, KnownUser known) throws Exception;

  /** Takes in a behavior, and returns what is known then. */
  KnownUser remember(String userId, Behavior behavior) throws Exception;

  /** Registers a form's state. */
  interface Opening {
    StateForm in(StateFolder folder);
  }
}
