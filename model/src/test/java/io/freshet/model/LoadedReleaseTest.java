package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadedReleaseTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final LoadedRelease release =
      new LoadedRelease("v1", UpdatedCatalog.of(null), () -> null, freed::incrementAndGet);

  @Test
  void isFreedOnceTheLastHolderHasClosedIt() {
    LoadedRelease held = release.retain();
    release.close();
    assertThat(freed).hasValue(0);
    held.close();
    assertThat(freed).hasValue(1);
  }

  @Test
  void closedReleaseCannotBeRetainedOrClosedAgain() {
    release.close();
    assertThatThrownBy(release::retain).hasMessage("Cannot retain release v1: it is closed");
    assertThatThrownBy(release::close).isInstanceOf(IllegalStateException.class);
    assertThat(freed).hasValue(1);
  }
}
