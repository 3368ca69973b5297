package io.freshet.streaming.recommendation;

import io.freshet.schemas.Recommendation;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Keeps recommendations in this process, for the one test that runs. */
final class CollectingSink implements Sink<Recommendation> {
  private static final long serialVersionUID = 1;
  private static final Queue<Recommendation> COLLECTED = new ConcurrentLinkedQueue<>();

  static void reset() {
    COLLECTED.clear();
  }

  static List<Recommendation> collected() {
    return List.copyOf(COLLECTED);
  }

  @Override
  public SinkWriter<Recommendation> createWriter(WriterInitContext context) {
    return new SinkWriter<>() {
      @Override
      public void write(Recommendation recommendation, Context context) {
        COLLECTED.add(recommendation);
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() {}
    };
  }
}
