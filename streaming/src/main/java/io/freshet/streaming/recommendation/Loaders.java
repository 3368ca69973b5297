package io.freshet.streaming.recommendation;

import io.freshet.model.EmbeddingSpace;
import io.freshet.model.LoadedRelease;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.pcrec.EmbeddingIndex;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.streaming.ReleaseFiles;
import java.io.Serializable;

/** What brings releases into memory, one for each kind. */
record Loaders(ReleaseLoader<LoadedRelease> models, ReleaseLoader<EmbeddingSpace> embeddings)
    implements Serializable {
  /** Returns loaders of the files that are announced, each once for a process. */
  static Loaders ofFiles() {
    return new Loaders(
        new SharedReleases<>(
            (release, scratch) -> ReleaseFiles.read(release, scratch, BstRelease::load),
            LoadedRelease::tryRetain),
        new SharedReleases<>(
            (release, scratch) ->
                new EmbeddingIndex(ReleaseFiles.read(release, scratch, EmbeddingRelease::load)),
            onTheHeap -> true));
  }
}
