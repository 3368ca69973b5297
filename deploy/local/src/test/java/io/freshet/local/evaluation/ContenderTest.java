package io.freshet.local.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.local.evaluation.Contender.Size;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstConfig.Readout;
import io.freshet.model.network.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContenderTest {
  @Test
  void commasPartModelsAndTheirOptionsAlike() {
    assertThat(Contender.parseAll("popular,bst:depth=2,readout=concat,din:position=age,wdl"))
        .extracting(Contender::name)
        .containsExactly("popular", "bst:depth=2,readout=concat", "din:position=age", "wdl");
  }

  @Test
  void optionsChangeTheForm() {
    BstConfig form = bst("bst:depth=3,readout=attention,position=days,length=7");
    assertThat(form.depth()).isEqualTo(3);
    assertThat(form.readout()).isEqualTo(Readout.ATTENTION);
    assertThat(form.position()).isEqualTo(Position.DAYS);
    assertThat(form.sequenceLength()).isEqualTo(7);
    assertThat(form.dropout()).isEqualTo(.3f);
    assertThat(bst("bst")).isEqualTo(BstConfig.small().withDropout(.3f));
    assertThat(bst("bst:vectors=pcrec")).isEqualTo(bst("bst").withVectors(LearntVectors.width()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wdl", "wdl-seq", "din", "sasrec", "bst"})
  void everyNetworkHasBothSizes(String name) {
    Contender contender = Contender.parseAll(name).get(0);
    assertThat(contender.isNetwork()).isTrue();
    assertThat(contender.form(Size.SMALL, .2f)).isNotNull();
    assertThat(contender.form(Size.PAPER, .2f)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bert", "wdl:depth=2", "bst:depth", "popular:length=3"})
  void whatIsUnknownIsRefusedWithWhatIsKnown(String name) {
    assertThatThrownBy(() -> Contender.parseAll(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bst:depth=two",
        "bst:readout=all",
        "bst:position=end",
        "bst:depth=0",
        "bst:vectors=e1"
      })
  void valueThatIsNotAllowedIsRefusedWithWhatIs(String name) {
    assertThatThrownBy(() -> bst(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be");
  }

  private static BstConfig bst(String name) {
    return (BstConfig) Contender.parseAll(name).get(0).form(Size.SMALL, .3f);
  }
}
