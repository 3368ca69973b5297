package io.freshet.local.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.schemas.Codec;
import io.freshet.schemas.MalformedRecordException;

/**
 * A click and the sequence that its user had with it.
 *
 * @param sequenceHash see {@link io.freshet.model.BehaviorSequence#hash}
 */
public record Remembered(String userId, String eventId, String sequenceHash) {
  /** One line, its parts separated by tabs, which no id contains. */
  record OnTheWire() implements Codec<Remembered> {
    private static final String SEPARATOR = "\t";

    @Override
    public byte[] encode(Remembered value) {
      return String.join(SEPARATOR, value.userId(), value.eventId(), value.sequenceHash())
          .getBytes(UTF_8);
    }

    @Override
    public Remembered decode(byte[] bytes) throws MalformedRecordException {
      String[] parts = new String(bytes, UTF_8).split(SEPARATOR, -1);
      if (parts.length != 3) {
        throw new MalformedRecordException(
            "record must be user, event and hash, was %d parts".formatted(parts.length));
      }
      return new Remembered(parts[0], parts[1], parts[2]);
    }
  }
}
