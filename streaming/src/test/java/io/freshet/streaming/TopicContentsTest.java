package io.freshet.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What needs no broker; the rest is tested with one. */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class TopicContentsTest {
  private static final TopicPartition PARTITION = new TopicPartition("items", 0);
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

  @AfterEach
  void close() {
    consumer.close();
  }

  @Test
  void lookUpGivesUpOnABrokerThatFallsSilentOnTheWay() {
    stands(2);

    assertThatThrownBy(() -> readUntil(5))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("nothing came for PT0.2S, with 3 records still to be read");
  }

  @Test
  void lookUpEndsWithTheLastRecordBeforeTheEnd() {
    stands(2);

    assertThat(readUntil(2)).extracting(ConsumerRecord::offset).containsExactly(0L, 1L);
  }

  private void stands(int records) {
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    for (int offset = 0; offset < records; offset++) {
      consumer.addRecord(new ConsumerRecord<>("items", 0, offset, new byte[0], new byte[0]));
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> readUntil(long end) {
    return TopicContents.readUntil(Map.of(PARTITION, end), consumer, PATIENCE);
  }
}
