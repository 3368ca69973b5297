package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadedReleaseTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final LoadedRelease release =
      new LoadedRelease("v1", UpdatedCatalog.of(null), device -> null, freed::incrementAndGet);

  @Test
  void isFreedOnceTheLastHolderHasClosedIt() {
    assertThat(release.tryRetain()).isTrue();
    release.close();
    assertThat(freed).hasValue(0);
    release.close();
    assertThat(freed).hasValue(1);
  }

  @Test
  void closedReleaseCannotBeRetainedOrClosedAgain() {
    release.close();
    assertThat(release.tryRetain()).isFalse();
    assertThatThrownBy(release::close).isInstanceOf(IllegalStateException.class);
    assertThat(freed).hasValue(1);
  }
}
