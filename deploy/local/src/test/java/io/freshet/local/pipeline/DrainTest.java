package io.freshet.local.pipeline;

import static org.assertj.core.api.Assertions.assertThatIOException;

import io.freshet.local.EmbeddedBroker;
import io.freshet.local.KafkaClient;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainTest {
  private static final int MORE_THAN_COME_AT_ONCE = 1_200;

  @Test
  void answerThatNoModelScoredIsFoundAfterManyThatOneDid() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 1);
        KafkaClient kafka = new KafkaClient(broker.bootstrapServers())) {
      List<Recommendation> answers = new ArrayList<>();
      for (int i = 0; i < MORE_THAN_COME_AT_ONCE; i++) {
        answers.add(Answers.to("calm-" + i, null));
      }
      kafka.sendAll(Topics.RECOMMENDATIONS, answers);
      Drain.checkScored(kafka);

      kafka.sendAll(Topics.RECOMMENDATIONS, List.of(Answers.to("last", "no-model")));
      assertThatIOException()
          .isThrownBy(() -> Drain.checkScored(kafka))
          .withMessage("Answers must be scored: that to last has the fallback reason 'no-model'");
    }
  }
}
