package io.freshet.streaming;

/** The names of what Freshet's jobs count. */
public final class Metrics {
  /** Records whose Kafka key is not the id in their value. */
  public static final String MIS_KEYED = "misKeyed";

  /** Clicks behind the watermark when they came; they are remembered all the same. */
  public static final String LATE = "late";

  /** Clicks that came again. */
  public static final String REPEATED = "repeated";

  /** Recommendations that are not what was wanted; one counter for each {@link #REASON}. */
  public static final String FALLBACKS = "fallbacks";

  /** The label that tells the counters of fallbacks apart. */
  public static final String REASON = "reason";

  /** Announced releases that could not be taken up. */
  public static final String REFUSED_RELEASES = "refusedReleases";

  /** What a GPU could not do, or was not there to do, and the CPU did. */
  public static final String DEVICE_FALLBACKS = "deviceFallbacks";

  /** News of items not taken up, for there is too much that the release does not know. */
  public static final String IGNORED_ITEMS = "ignoredItems";

  /** Histogram of the requests scored together. */
  public static final String BATCH_SIZE = "batchSize";

  /** Histogram of the time from a batch's leaving to its answers, in microseconds. */
  public static final String SCORING_MICROS = "scoringMicros";

  /** How long a subtask stood still when it last took up a release, in microseconds. */
  public static final String SWAP_MICROS = "swapMicros";

  /** Rounds of a job that learns, or steps of them, that have ended, well or not. */
  public static final String ROUNDS = "rounds";

  /** Those of them that could not be finished. */
  public static final String FAILED_ROUNDS = "failedRounds";

  /** Rounds whose outcome was worse than the release in use, and so was not released. */
  public static final String WORSE_ROUNDS = "worseRounds";

  /** Rounds not released, for another release was announced, or one withdrawn, meanwhile. */
  public static final String OVERTAKEN_ROUNDS = "overtakenRounds";

  /** The last round's area under the curve within requests of the newest clicks. */
  public static final String VALIDATION_AUC = "validationAuc";

  /** The last round's recall at 20 of the newest items. */
  public static final String VALIDATION_RECALL = "validationRecall";

  /** How long the last round, or step of it, took. */
  public static final String ROUND_SECONDS = "roundSeconds";

  private Metrics() {}
}
