package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @Test
  void knownIdsHaveRowsOfTheirOwnAfterPaddingAndUnknown() {
    Vocabulary vocabulary = new Vocabulary(List.of("a", "b", "a"), 4);
    assertThat(vocabulary.row("a")).isEqualTo(5);
    assertThat(vocabulary.row("b")).isEqualTo(6);
    assertThat(vocabulary.size()).isEqualTo(7);
  }

  @Test
  void unknownIdsSpreadOverTheirRowsAndAlwaysTakeTheSame() {
    Vocabulary vocabulary = new Vocabulary(List.of("a"), 8);
    long[] counts = new long[vocabulary.size()];
    IntStream.range(0, 8_000).forEach(i -> counts[vocabulary.row("item-" + i)]++);
    assertThat(counts[Vocabulary.PADDING]).isZero();
    assertThat(counts[vocabulary.row("a")]).isZero();
    for (int row = 1; row <= 8; row++) {
      assertThat(counts[row]).isBetween(800L, 1_200L);
    }
    assertThat(new Vocabulary(List.of("b"), 8).row("item-1")).isEqualTo(vocabulary.row("item-1"));
  }

  @Test
  void comesBackFromAFile(@TempDir Path dir) throws IOException {
    Vocabulary vocabulary = new Vocabulary(List.of("a", "ü\u4e2d", ""), 3);
    vocabulary.write(dir.resolve("v"));
    Vocabulary read = Vocabulary.read(dir.resolve("v"));
    assertThat(read.size()).isEqualTo(vocabulary.size());
    for (String id : List.of("a", "ü\u4e2d", "", "unknown")) {
      assertThat(read.row(id)).isEqualTo(vocabulary.row(id));
    }
  }

  @Test
  void fileThatIsNoneOrIsCutIsRefused(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("v");
    Files.writeString(file, "something else");
    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a vocabulary");
    new Vocabulary(List.of("a", "b"), 1).write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> Vocabulary.read(file)).isInstanceOf(IOException.class);
  }
}
