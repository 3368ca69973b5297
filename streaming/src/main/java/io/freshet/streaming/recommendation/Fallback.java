package io.freshet.streaming.recommendation;

/** Why a recommendation is not what was wanted, as it stands in the record. */
final class Fallback {
  /** No release was announced, or none is loaded yet. */
  static final String NO_RELEASE = "no-release";

  /** A release was announced, but cannot be read; it is tried again. */
  static final String RELEASE_UNREADABLE = "release-unreadable";

  /** The model failed on this request. */
  static final String SCORING_FAILED = "scoring-failed";

  /** There is nothing that may be recommended to this user. */
  static final String NO_CANDIDATES = "no-candidates";

  /** The click that the request waited for did not come in time. */
  static final String CLICK_NOT_SEEN = "click-not-seen";

  private Fallback() {}
}
