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

  /** Returns when it happened; what has no time of its own moves no watermark. */
  long eventTimeMillis() {
    return received != null && received.value() instanceof TimedRecord event
        ? event.time().toEpochMilli()
        : Long.MIN_VALUE;
  }
}
