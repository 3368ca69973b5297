package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.streaming.embedding.EmbeddingJobConfig;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.training.TrainingJobConfig;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final String MARK = "<!-- %ssettings -->\n";

  @Test
  void settingsAreThoseOfTheCode() throws IOException {
    String shown = Files.readString(BuildFiles.ROOT.resolve("docs/settings.md"));

    assertThat(shown)
        .contains(MARK.formatted("") + RecommendationConfig.settingsTable() + MARK.formatted("/"))
        .contains(
            MARK.formatted("training ")
                + TrainingJobConfig.settingsTable()
                + MARK.formatted("/training "))
        .contains(
            MARK.formatted("embedding ")
                + EmbeddingJobConfig.settingsTable()
                + MARK.formatted("/embedding "));
  }

  @Test
  void readmeIsShortEnoughToBeRead() throws IOException {
    assertThat(Files.readAllLines(BuildFiles.ROOT.resolve("README.md"))).hasSizeLessThan(151);
  }
}
