package io.freshet.streaming.recommendation;

import io.freshet.schemas.Release;

/** A release in memory. Owned by one subtask, whose thread uses and closes it. */
interface InUse extends AutoCloseable {
  /** Returns the record that announced it. */
  Release release();

  @Override
  void close();
}
