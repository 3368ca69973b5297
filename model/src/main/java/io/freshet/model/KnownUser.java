package io.freshet.model;

/**
 * What is known of a user: the newest behaviors, and the items seen.
 *
 * <p>Immutable, and like its parts the same for the same events in whatever order, and however
 * often, they arrive.
 */
public record KnownUser(BehaviorSequence sequence, SeenItems seen) {

  /**
   * Returns what is known of a user never seen before.
   *
   * @param behaviors that are ever known, the newest
   * @param seenItems that are ever known, the last
   */
  public static KnownUser nobody(int behaviors, int seenItems) {
    return new KnownUser(BehaviorSequence.empty(behaviors), SeenItems.empty(seenItems));
  }

  /** Returns this with the behavior; this very instance when nothing changes. */
  @SuppressWarnings("ReferenceEquality") // what nothing changes returns itself
  public KnownUser with(Behavior behavior) {
    BehaviorSequence newSequence = sequence.with(behavior);
    SeenItems newSeen = seen.with(behavior);
    return newSequence == sequence && newSeen == seen ? this : new KnownUser(newSequence, newSeen);
  }
}
