package io.freshet.model;

/**
 * A user as a log: an entry of all that was known at some moment, and one for each behavior since.
 * So a click is written as one behavior, however much is known of its user, and the log begins anew
 * now and then.
 *
 * <p>Immutable. An entry is as few bytes as can be: what it is, when it was written, and what it
 * says. Later versions read it too.
 *
 * @param known all that the entries say together
 * @param behaviors entries since the first
 * @param begunMillis when the first entry was written
 * @param writtenMillis when the last one was
 */
public record UserLog(KnownUser known, int behaviors, long begunMillis, long writtenMillis) {
  private static final int ALL = 1;
  private static final int BEHAVIOR = 2;
  private static final int EXPECTED_BYTES = 64; // of a behavior with its items

  /** Returns the log that begins now, with one entry. */
  public static UserLog begin(KnownUser known, long nowMillis) {
    return new UserLog(known, 0, nowMillis, nowMillis);
  }

  /**
   * Reads entries, the oldest first.
   *
   * @param nobody bounds what is known
   * @return null where there are none, or not the one that they began with
   * @throws IllegalArgumentException when one is no entry of a user's log
   */
  public static UserLog read(KnownUser nobody, Iterable<byte[]> entries) {
    UserLog log = null;
    for (byte[] entry : entries) {
      PackedBytes.Reader in = new PackedBytes.Reader(entry);
      long kind = in.number();
      long millis = in.number();
      if (kind == ALL) {
        log = begin(readAll(nobody, in), millis);
      } else if (kind != BEHAVIOR) {
        throw new IllegalArgumentException(
            "entry of a user's log must be of kind %d or %d, was %d"
                .formatted(ALL, BEHAVIOR, kind));
      } else if (log != null) {
        log = log.with(Behavior.read(0, in), millis);
      }
    }
    return log;
  }

  private static KnownUser readAll(KnownUser nobody, PackedBytes.Reader in) {
    return new KnownUser(
        BehaviorSequence.read(nobody.sequence().capacity(), in),
        SeenItems.read(nobody.seen().capacity(), in));
  }

  /** Returns this with the behavior; its entry is {@link #entry}. */
  public UserLog with(Behavior behavior, long nowMillis) {
    return with(known.with(behavior), nowMillis);
  }

  /** Returns this with the behavior that makes it say {@code changed}. */
  public UserLog with(KnownUser changed, long nowMillis) {
    return new UserLog(changed, behaviors + 1, begunMillis, nowMillis);
  }

  /** Returns the entry that a log begins with in place of all of this one's. */
  public byte[] firstEntry() {
    PackedBytes.Writer out = entry(ALL, writtenMillis, 1 + known.sequence().size());
    known.sequence().write(out);
    known.seen().write(out);
    return out.toBytes();
  }

  /** Returns the entry of a behavior. */
  public static byte[] entry(Behavior behavior, long nowMillis) {
    PackedBytes.Writer out = entry(BEHAVIOR, nowMillis, 1);
    behavior.write(0, out);
    return out.toBytes();
  }

  private static PackedBytes.Writer entry(int kind, long millis, int behaviors) {
    return new PackedBytes.Writer(EXPECTED_BYTES * behaviors).number(kind).number(millis);
  }
}
