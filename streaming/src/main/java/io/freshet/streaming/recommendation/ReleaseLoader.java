package io.freshet.streaming.recommendation;

import io.freshet.schemas.Release;
import java.io.Serializable;
import java.nio.file.Path;

/** Brings an announced release into memory. */
interface ReleaseLoader<T> extends Serializable {
  /**
   * Returns the release, checked, which the caller closes where it is to be closed.
   *
   * @param scratch an existing folder for local copies, which need not outlive this call
   * @throws Exception when the release is not whole, or not what was announced; says why
   */
  T load(Release release, Path scratch) throws Exception;
}
