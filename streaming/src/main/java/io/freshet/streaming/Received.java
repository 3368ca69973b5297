package io.freshet.streaming;

import java.util.Map;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * A record and where it stands, in Kafka or in a file.
 *
 * @param <T> the record
 */
public record Received<T>(T value, String topic, int partition, long offset) {

  /**
   * Returns what each value says to an operator that hears of several things, by a step of the
   * given name.
   *
   * @param <N> what the operator takes in
   */
  public static <T, N> SingleOutputStreamOperator<N> news(
      DataStream<Received<T>> stream, String name, MapFunction<T, N> news, Class<N> type) {
    return stream
        .map(received -> news.map(received.value()))
        .returns(type)
        .name(name)
        .uid(name.replace(' ', '-'));
  }

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
