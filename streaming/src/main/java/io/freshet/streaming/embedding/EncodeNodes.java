package io.freshet.streaming.embedding;

import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.streaming.embedding.RoundPart.ToEncode;
import java.io.IOException;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes chunks of nodes, on as many subtasks as the job has; other parts go through as they are.
 * A chunk carries all that this needs, the encoder too, so there is no state. A barrier waits for
 * one chunk at most.
 */
final class EncodeNodes extends RichMapFunction<RoundPart, RoundPart> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(EncodeNodes.class);

  private final PcRecConfig form;
  private transient GraphEncoder encoder;
  private transient long round; // the encoder's

  EncodeNodes(PcRecConfig form) {
    this.form = form;
  }

  /** What cannot be encoded fails the round, not the job. */
  @Override
  public RoundPart map(RoundPart part) {
    if (part.toEncode() == null) {
      return part;
    }
    try {
      return part.encoded(encoder(part).encode(part.toEncode().networks()));
    } catch (IOException | RuntimeException e) {
      LOG.error("Cannot encode a chunk of nodes", e);
      return part.failed(e.getMessage());
    }
  }

  private GraphEncoder encoder(RoundPart part) throws IOException {
    if (encoder == null || round != part.round()) {
      close();
      ToEncode nodes = part.toEncode();
      encoder = GraphEncoder.ofBytes(form, nodes.encoder());
      round = part.round();
    }
    return encoder;
  }

  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
      encoder = null;
    }
  }
}
