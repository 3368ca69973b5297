package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.data.SimulatedShop;
import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever anyone writes to the clicks' topic, the job goes on and loses nothing. */
@Timeout(120)
class HostileRecordsIT {
  private static final int HOSTILE = 10_000;
  private static final int GOOD = 1_000;

  private final SplittableRandom random = new SplittableRandom(5);

  @TempDir private Path work;

  @Test
  void everyBadRecordIsADeadLetterAndEveryGoodOneIsAnswered() throws Exception {
    ClickLog log = new SimulatedShop(5, 100, 100, 4_000).open();
    Path release = TestJob.releases(log.before(log.timeAt(.5)), work, Instant.EPOCH).get(0);
    List<ClickEvent> good = log.from(log.timeAt(.5)).clicks().subList(0, GOOD);
    // No restart: the first failure would end the job.
    Configuration failingAtOnce =
        new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none");

    try (TestJob job =
        TestJob.start(
            work,
            release,
            List.of(),
            Map.of("freshet.checkpoint.interval", "1 s"),
            failingAtOnce)) {
      Map<String, byte[]> sent = sendMixed(job.kafka, good);

      List<Recommendation> answers = job.allAnswers();
      assertThat(answers).hasSize(GOOD).allMatch(answer -> answer.fallbackReason() == null);
      assertDeadLetters(job.kafka, sent);
      assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    }
  }

  /** Returns what is bad, by partition and offset. */
  private Map<String, byte[]> sendMixed(KafkaClient kafka, List<ClickEvent> good) throws Exception {
    List<byte[]> bad = new ArrayList<>();
    List<Future<RecordMetadata>> places = new ArrayList<>();
    for (int i = 0; i < HOSTILE; i++) {
      byte[] value = hostile(i, good.get(i % GOOD));
      bad.add(value);
      places.add(kafka.send(Topics.CLICK_EVENTS.name(), ("key" + i).getBytes(UTF_8), value));
      if (i % (HOSTILE / GOOD) == 0) {
        places.add(kafka.send(Topics.CLICK_EVENTS, good.get(i / (HOSTILE / GOOD))));
        bad.add(null);
      }
    }
    Map<String, byte[]> byPlace = new HashMap<>();
    for (int i = 0; i < places.size(); i++) {
      if (bad.get(i) != null) {
        RecordMetadata at = places.get(i).get();
        byPlace.put(at.partition() + ":" + at.offset(), bad.get(i));
      }
    }
    return byPlace;
  }

  private byte[] hostile(int i, ClickEvent click) {
    String json = new String(Topics.CLICK_EVENTS.codec().encode(click), UTF_8);
    String start = "{\"user_id\":\"u\",\"item_id\":\"i\",\"event_time\":";
    return switch (i % 16) {
      case 0 -> json.substring(0, random.nextInt(json.length())).getBytes(UTF_8);
      case 1 -> noise();
      case 2 -> invalidUtf8(json);
      case 3 -> (start + "NaN}").getBytes(UTF_8);
      case 4 -> (start + random.nextInt() % 1_000_000_000 + "}").getBytes(UTF_8);
      case 5 -> (start + "\"2026-11-23T10:00:00\"}").getBytes(UTF_8);
      case 6 -> (start + "\"" + click.eventTime().toEpochMilli() + "\"}").getBytes(UTF_8);
      case 7 -> ("[".repeat(1 + random.nextInt(20_000)) + json).getBytes(UTF_8);
      case 8 -> (start + "{}}").getBytes(UTF_8);
      case 9 -> json.replace(click.userId(), "x".repeat(257 + random.nextInt(500))).getBytes(UTF_8);
      case 10 -> json.replace("\"" + click.itemId() + "\"", "" + i).getBytes(UTF_8);
      case 11 -> json.replace("\"" + click.itemId() + "\"", "null").getBytes(UTF_8);
      case 12 -> (json + json).getBytes(UTF_8);
      case 13 -> json.replace("event_time", "eventtime").getBytes(UTF_8);
      case 14 ->
          (start + Instant.now().plus(Duration.ofDays(1)).toEpochMilli() + "}").getBytes(UTF_8);
      default -> i % 1_600 == 15 ? huge() : new byte[random.nextInt(50)];
    };
  }

  private byte[] noise() {
    byte[] bytes = new byte[1 + random.nextInt(300)];
    random.nextBytes(bytes);
    bytes[0] = (byte) 0xFF;
    return bytes;
  }

  private static byte[] invalidUtf8(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    bytes[json.indexOf("user_id") + "user_id\":\"".length()] = (byte) 0xC3;
    return bytes;
  }

  private static byte[] huge() {
    byte[] bytes = new byte[1_040_000];
    Arrays.fill(bytes, (byte) '"');
    return bytes;
  }

  private static void assertDeadLetters(KafkaClient kafka, Map<String, byte[]> sent)
      throws Exception {
    Set<String> found = new HashSet<>();
    try (KafkaClient.Reader reader = kafka.read(Topics.DEAD_LETTERS)) {
      do {
        for (ConsumerRecord<byte[], byte[]> letter : reader.poll(Duration.ofMillis(100))) {
          String place =
              header(letter, DeadLetter.ORIGIN_PARTITION)
                  + ":"
                  + header(letter, DeadLetter.ORIGIN_OFFSET);
          byte[] original = sent.get(place);
          assertThat(found.add(place)).as("first letter about " + place).isTrue();
          assertThat(header(letter, DeadLetter.REASON)).contains(" must ");
          assertThat(header(letter, DeadLetter.ORIGINAL_SIZE)).isEqualTo("" + original.length);
          assertThat(letter.value()).isEqualTo(Arrays.copyOf(original, letter.value().length));
        }
      } while (!reader.isAtEnd());
    }
    assertThat(found).isEqualTo(sent.keySet());
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return new String(header.value(), UTF_8);
  }
}
