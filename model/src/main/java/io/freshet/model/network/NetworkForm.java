package io.freshet.model.network;

import static io.freshet.model.Check.check;

import ai.djl.ndarray.NDManager;
import io.freshet.model.ComputeDevice.Engine;

/** The form of a network: what weights it has and what it does with them. Holds none itself. */
public interface NetworkForm {
  /** How many behaviors any network can look at. */
  int SEQUENCE_LENGTH_MAX = 512;

  /** Refuses what is no {@link #sequenceLength}. */
  static void checkSequenceLength(int length) {
    check(
        length >= 1 && length <= SEQUENCE_LENGTH_MAX,
        "sequenceLength",
        "in [1, " + SEQUENCE_LENGTH_MAX + "]",
        length);
  }

  /** Returns how many of the newest behaviors the network looks at, N. */
  int sequenceLength();

  /** Returns what the network is told of where a behavior stands. */
  Position position();

  /**
   * Returns how wide the vectors of users and items are that the network is given, V; 0 where it is
   * given none.
   */
  default int vectorWidth() {
    return 0;
  }

  /** Returns whether a network of this form can go on from what one of the other has learnt. */
  default boolean canGoOnFrom(NetworkForm other) {
    return equals(other);
  }

  /**
   * Returns how many candidates one pass on the CPU may hold, all requests and their padding
   * together.
   */
  int candidatesInAPass();

  /** Returns weights that have learnt nothing; the same seed gives the same ones. */
  Weights initial(Vocabularies vocabularies, NDManager manager, long seed);

  /**
   * Returns the network over {@code weights}.
   *
   * @param learning whether to do what is for learning only, such as dropping values
   */
  Network over(Weights weights, boolean learning);

  /**
   * Returns the network over {@code weights} in the form that scores fastest, for any number of
   * threads at once.
   *
   * @param manager of what is made of the weights beforehand; they must live as long
   * @param engine what computes it, where it can; PyTorch elsewhere
   */
  default Network toScore(Weights weights, NDManager manager, Engine engine) {
    return over(weights, false);
  }
}
