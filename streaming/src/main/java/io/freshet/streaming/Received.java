package io.freshet.streaming;

import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A record and where in Kafka it stands.
 *
 * @param <T> the record
 */
public record Received<T>(T value, String topic, int partition, long offset) {

  /** Returns Flink's type of received records of {@code value}. */
  @SuppressWarnings("unchecked")
  public static <T> TypeInformation<Received<T>> type(Class<T> value) {
    return (TypeInformation<Received<T>>)
        (TypeInformation<?>)
            Types.POJO(
                Received.class,
                Map.of(
                    "value", TypeInformation.of(value),
                    "topic", Types.STRING,
                    "partition", Types.INT,
                    "offset", Types.LONG));
  }
}
