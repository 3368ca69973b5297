package io.freshet.local.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.MalformedRecordException;
import org.junit.jupiter.api.Test;

class RememberedTest {
  private final Remembered.OnTheWire codec = new Remembered.OnTheWire();

  @Test
  void whatIsWrittenIsRead() throws MalformedRecordException {
    Remembered remembered = new Remembered("ü1", "e 1", "ab12");

    assertThat(codec.decode(codec.encode(remembered))).isEqualTo(remembered);
  }

  @Test
  void anotherLineIsRefused() {
    assertThatThrownBy(() -> codec.decode("u\te".getBytes(UTF_8)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("record must be user, event and hash, was 2 parts");
  }
}
