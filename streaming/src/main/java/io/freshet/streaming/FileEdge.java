package io.freshet.streaming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.MalformedRecordException;
import io.freshet.schemas.TimedRecord;
import io.freshet.schemas.Topic;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSource.FileSourceBuilder;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Where a job reads from files what could stand on a topic: a record a line, as the topic's records
 * are written, on any file system that Flink reads, compressed or not by the file's ending. Moves
 * no watermark.
 *
 * <p>Files in the folders below are read too. Flink leaves out those whose names begin with a dot
 * or an underscore, so that one can be written under such a name and renamed.
 */
public final class FileEdge {
  /** What a record in a file has for a partition and an offset. */
  static final int NO_PLACE = -1;

  /** Each character of a line is a byte of it, so that the codec sees what is no UTF-8. */
  private static final Charset BYTES = ISO_8859_1;

  private static final Pattern LEFT_OUT = Pattern.compile("/[._][^/]*/*$");
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private final StreamExecutionEnvironment env;
  private final Duration maxAhead;
  private final Duration lookEvery; // null where nobody looks again
  private final List<DataStream<DeadLetter>> deadLetters = new ArrayList<>();

  /**
   * @param maxAhead how far an event's time may be ahead of the clock of the machine that reads it
   * @param untilNow whether reading ends with the files that stand there now; else those that come
   *     later are read too
   */
  public FileEdge(StreamExecutionEnvironment env, Duration maxAhead, boolean untilNow) {
    this(env, maxAhead, untilNow ? null : LOOK_EVERY);
  }

  FileEdge(StreamExecutionEnvironment env, Duration maxAhead, Duration lookEvery) {
    this.env = env;
    this.maxAhead = maxAhead;
    this.lookEvery = lookEvery;
  }

  /**
   * Returns the records in a file, or in all files of a folder. What cannot be read is a dead
   * letter.
   *
   * @param topic what the records would stand on
   * @param uri of the file or folder
   * @throws IllegalArgumentException when there is none, or Flink would leave it out
   */
  public <T> DataStream<Received<T>> read(Topic<T> topic, String uri) {
    Path path = new Path(URI.create(uri));
    check(path);
    FileSourceBuilder<String> files =
        FileSource.forRecordStreamFormat(new TextLineInputFormat(BYTES.name()), path);
    if (lookEvery != null) {
      files.monitorContinuously(lookEvery);
    }
    SingleOutputStreamOperator<Received<T>> received =
        env.fromSource(files.build(), WatermarkStrategy.noWatermarks(), "read files of " + topic)
            .uid("read files of " + topic)
            .process(new DecodeLines<>(topic, uri, maxAhead))
            .returns(Received.type(topic.type()))
            .name("part files of " + topic)
            .uid("part files of " + topic);
    deadLetters.add(received.getSideOutput(KafkaEdge.DEAD_LETTERS));
    return received;
  }

  private static void check(Path path) {
    if (LEFT_OUT.matcher(path.getPath()).find()) {
      throw new IllegalArgumentException(
          "Cannot read %s: what begins with a dot or an underscore is left out".formatted(path));
    }
    try {
      if (!path.getFileSystem().exists(path)) {
        throw new IllegalArgumentException("Cannot read %s: there is no such file".formatted(path));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Returns what could not be read in any files so far. */
  public List<DataStream<DeadLetter>> deadLetters() {
    return List.copyOf(deadLetters);
  }

  /** Values go on, dead letters aside; blank lines are nothing. */
  private static final class DecodeLines<T> extends ProcessFunction<String, Received<T>> {
    private static final long serialVersionUID = 1;

    private final Topic<T> topic;
    private final String uri;
    private final Duration maxAhead;

    DecodeLines(Topic<T> topic, String uri, Duration maxAhead) {
      this.topic = topic;
      this.uri = uri;
      this.maxAhead = maxAhead;
    }

    @Override
    public void processElement(String line, Context context, Collector<Received<T>> out) {
      if (line.isBlank()) {
        return;
      }
      byte[] bytes = line.getBytes(BYTES);
      try {
        T value = topic.decode(null, bytes);
        if (value instanceof TimedRecord event) {
          event.checkNotAhead(Instant.now(), maxAhead);
        }
        out.collect(new Received<>(value, uri, NO_PLACE, NO_PLACE));
      } catch (MalformedRecordException e) {
        context.output(
            KafkaEdge.DEAD_LETTERS,
            DeadLetter.of(null, bytes, uri, NO_PLACE, NO_PLACE, e.getMessage()));
      }
    }
  }
}
