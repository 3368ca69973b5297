package io.freshet.model.embedding;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PreparationTest {
  @Test
  void moreThanAReleaseCanHoldIsRefusedBeforeAnythingIsLearnt() {
    assertThatCode(() -> Preparation.checkFit(2_796_202, 2_796_202, 192))
        .doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preparation.checkFit(2_796_203, 10, 192))
        .withMessage(
            "users of both domains and items of the target must be at most 2,796,202 each, with"
                + " vectors of 192 numbers, was 2,796,203 users and 10 items");
    assertThatIllegalArgumentException().isThrownBy(() -> Preparation.checkFit(10, 2_796_203, 192));
  }
}
