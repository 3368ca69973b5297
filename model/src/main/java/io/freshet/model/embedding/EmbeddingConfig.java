package io.freshet.model.embedding;

import static io.freshet.model.Check.check;

import io.freshet.model.baseline.BprConfig;
import io.freshet.model.pcrec.PcRecConfig;
import java.io.Serializable;

/**
 * How embeddings are made.
 *
 * @param encoder its form, and how it is pre-trained on the source domain
 * @param sourceCore how many edges a node of the source domain must have to be learnt from
 * @param tuning how they are fine-tuned in the target domain, as wide as what the encoder tells of
 *     what is around a node
 * @param validatedUsersMax how many users have their newest items held out to validate with
 */
public record EmbeddingConfig(
    PcRecConfig encoder, int sourceCore, BprConfig tuning, int validatedUsersMax)
    implements Serializable {
  private static final int VALIDATED_USERS = 2_000;

  public EmbeddingConfig {
    check(sourceCore >= 1, "sourceCore", "positive", sourceCore);
    check(
        tuning.width() == encoder.width(),
        "width",
        "that of the encoder, " + encoder.width(),
        tuning.width());
    check(validatedUsersMax >= 1, "validatedUsersMax", "positive", validatedUsersMax);
  }

  /**
   * Returns the settings that did well by validation.
   *
   * @param sourceCore how many edges a node of the source domain must have
   * @param steps of pre-training
   */
  public static EmbeddingConfig standard(int sourceCore, int steps) {
    PcRecConfig encoder = PcRecConfig.standard().withSteps(steps);
    BprConfig tuning = new BprConfig(encoder.width(), .01f, .05f, 2_048, 200, 20, 1);
    return new EmbeddingConfig(encoder, sourceCore, tuning, VALIDATED_USERS);
  }
}
