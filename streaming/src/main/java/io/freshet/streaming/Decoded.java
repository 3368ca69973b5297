package io.freshet.streaming;

import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.TimedRecord;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What became of a Kafka record: a value, or a dead letter.
 *
 * @param received null where there is a dead letter
 * @param deadLetter null where there is a value
 */
public record Decoded<T>(Received<T> received, DeadLetter deadLetter) {
  /** Of a dead letter, and of a record that is no event; it moves no watermark. */
  static final long NO_TIME = Long.MIN_VALUE;

  /** Returns Flink's type of decoded records of {@code value}. */
  @SuppressWarnings("unchecked")
  static <T> TypeInformation<Decoded<T>> type(Class<T> value) {
    return (TypeInformation<Decoded<T>>)
        (TypeInformation<?>)
            Types.POJO(
                Decoded.class,
                Map.of(
                    "received", Received.type(value),
                    "deadLetter", TypeInformation.of(DeadLetter.class)));
  }

  /** Returns when it happened, or {@link #NO_TIME}. */
  long eventTimeMillis() {
    return received != null && received.value() instanceof TimedRecord event
        ? event.time().toEpochMilli()
        : NO_TIME;
  }
}
