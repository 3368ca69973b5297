package io.freshet.streaming.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.network.Devices;
import io.freshet.model.pcrec.EgoNetworkSampler;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.embedding.RoundPart.ToEncode;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EncodeNodesTest {
  private static final PcRecConfig FORM = Domains.CONFIG.encoder();

  private final InteractionGraph graph = InteractionGraph.of(Domains.TARGET);
  private final byte[] networks = new EgoNetworkSampler(graph, FORM).networks(3, 8);
  private EncodeNodes encode;
  private OneInputStreamOperatorTestHarness<RoundPart, RoundPart> harness;

  @BeforeEach
  void open() throws Exception {
    open(new DeviceOptions(Choice.CPU, Precision.FLOAT32, Devices::of));
  }

  private void open(DeviceOptions device) throws Exception {
    encode = new EncodeNodes(FORM, device);
    harness = new OneInputStreamOperatorTestHarness<>(new StreamMap<>(encode));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void chunkIsEncodedByTheEncoderOfItsRound() throws Exception {
    try (GraphEncoder one = encoder(1);
        GraphEncoder other = encoder(2)) {
      assertThat(encode.map(chunk(1, one)).vectors()).isEqualTo(one.encode(networks));
      assertThat(encode.map(chunk(1, one)).vectors()).isEqualTo(one.encode(networks));
      assertThat(encode.map(chunk(2, other)).vectors())
          .isEqualTo(other.encode(networks))
          .isNotEqualTo(one.encode(networks));
    }
  }

  @Test
  void encodedChunkKeepsItsPlaceAndIsFreeOfWhatItCameFrom() {
    try (GraphEncoder encoder = encoder(1)) {
      RoundPart encoded = encode.map(chunk(4, encoder));
      assertThat(encoded.round()).isEqualTo(4);
      assertThat(encoded.number()).isEqualTo(7);
      assertThat(encoded.parts()).isEqualTo(9);
      assertThat(encoded.toEncode()).isNull();
    }
  }

  @Test
  void materialGoesThrough() {
    RoundPart piece = new RoundPart(1, 0, 9, new byte[] {1}, null, null, null);
    assertThat(encode.map(piece)).isSameAs(piece);
  }

  @Test
  void chunkThatCannotBeReadSaysSoAndTheNextIsEncoded() throws Exception {
    ToEncode damaged = new ToEncode(new byte[] {1, 2, 3}, networks);
    RoundPart failed = encode.map(new RoundPart(1, 7, 9, null, damaged, null, null));
    assertThat(failed.failure()).startsWith("Cannot read weights");
    assertThat(failed.vectors()).isNull();
    try (GraphEncoder encoder = encoder(1)) {
      assertThat(encode.map(chunk(1, encoder)).vectors()).isEqualTo(encoder.encode(networks));
    }
  }

  @Test
  void chunkThatTheDeviceCannotEncodeIsEncodedOnTheCpu() throws Exception {
    harness.close();
    open(
        new DeviceOptions( // which no machine has
            Choice.GPU, Precision.FLOAT32, (choice, subtask) -> ComputeDevice.gpu(63)));

    try (GraphEncoder encoder = encoder(1)) {
      assertThat(encode.map(chunk(1, encoder)).vectors()).isEqualTo(encoder.encode(networks));
      assertThat(encode.map(chunk(1, encoder)).vectors()).isEqualTo(encoder.encode(networks));
    }
  }

  private RoundPart chunk(long round, GraphEncoder encoder) {
    return new RoundPart(round, 7, 9, null, new ToEncode(encoder.toBytes(), networks), null, null);
  }

  private GraphEncoder encoder(long seed) {
    return GraphEncoder.pretrain(graph, FORM.withSteps(0), seed, (done, steps, loss) -> {});
  }
}
