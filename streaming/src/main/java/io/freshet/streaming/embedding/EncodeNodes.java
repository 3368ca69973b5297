package io.freshet.streaming.embedding;

import io.freshet.model.ComputeDevice;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.SubtaskDevice;
import io.freshet.streaming.embedding.RoundPart.ToEncode;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
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
  private final DeviceOptions options;
  private transient SubtaskDevice device;
  private transient GraphEncoder encoder;
  private transient long round; // the encoder's
  private transient ComputeDevice place; // likewise

  EncodeNodes(PcRecConfig form, DeviceOptions options) {
    this.form = form;
    this.options = options;
  }

  @Override
  public void open(OpenContext context) {
    device = options.of(getRuntimeContext().getTaskInfo(), getRuntimeContext().getMetricGroup());
  }

  /** What cannot be encoded fails the round, not the job. */
  @Override
  public RoundPart map(RoundPart part) {
    if (part.toEncode() == null) {
      return part;
    }
    try {
      ComputeDevice first = isOf(part) ? place : device.device();
      return part.encoded(
          device.run(first, where -> encoder(part, where).encode(part.toEncode().networks())));
    } catch (IOException | RuntimeException e) {
      LOG.error("Cannot encode a chunk of nodes", e);
      return part.failed(e.getMessage());
    }
  }

  private boolean isOf(RoundPart part) {
    return encoder != null && round == part.round();
  }

  private GraphEncoder encoder(RoundPart part, ComputeDevice where) throws IOException {
    if (!isOf(part) || !place.equals(where)) {
      close();
      ToEncode nodes = part.toEncode();
      encoder = GraphEncoder.ofBytes(form, nodes.encoder(), where);
      round = part.round();
      place = where;
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
