package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ClickLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InteractionSplitTest {
  @Test
  void lastTenthIsForTheTestAndTheOneBeforeForValidation() {
    InteractionSplit split = split(IntStream.range(0, 20).mapToObj(i -> "u i" + i).toList());
    assertThat(split.test()).isEqualTo(Map.of("u", List.of("i18", "i19")));
    assertThat(split.validation()).isEqualTo(Map.of("u", List.of("i16", "i17")));
    assertThat(split.train().itemIds()).hasSize(16).doesNotContain("i16", "i17", "i18", "i19");
  }

  @Test
  void userOfThreeItemsHasOneForEach() {
    InteractionSplit split = split(List.of("u a", "v a", "u b", "v b", "u c", "v d"));
    assertThat(split.test()).isEqualTo(Map.of("u", List.of("c"), "v", List.of("d")));
    assertThat(split.validation()).isEqualTo(Map.of("u", List.of("b"), "v", List.of("b")));
    assertThat(split.train().itemIds()).containsExactly("a");
  }

  @Test
  void userOfTwoItemsIsOnlyLearntFrom() {
    InteractionSplit split = split(List.of("u a", "u b", "u a", "u b"));
    assertThat(split.test()).isEmpty();
    assertThat(split.validation()).isEmpty();
    assertThat(split.train().edges()).isEqualTo(2);
  }

  @Test
  void itemClickedAgainStandsAtItsFirstTime() {
    InteractionSplit split = split(List.of("u a", "u b", "u c", "u d", "u a"));
    assertThat(split.test()).isEqualTo(Map.of("u", List.of("d")));
    assertThat(split.validation()).isEqualTo(Map.of("u", List.of("c")));
    assertThat(split.train().itemIds()).containsExactly("a", "b");
  }

  @Test
  void tenthOfTheUsersWhomTheSourceKnowsTooIsTakenOutAltogether() {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < 2_400; i++) {
      pairs.add("u%d i%d".formatted(i % 600, i / 600));
    }
    Set<String> source = users(0, 400);
    InteractionSplit split = split(pairs, source);
    assertThat(source).containsAll(split.newUsers().keySet());
    assertThat(split.newUsers()).hasSize(40);
    split
        .newUsers()
        .forEach(
            (user, items) -> {
              assertThat(items).containsExactly("i0", "i1", "i2", "i3");
              assertThat(split.train().userNode(user)).isNegative();
              assertThat(split.validation()).doesNotContainKey(user);
              assertThat(split.test()).doesNotContainKey(user);
            });
    assertThat(split.test()).hasSize(560).hasSameSizeAs(split.validation());
    List<String> numbers = split.newUsers().keySet().stream().map(u -> u.substring(1)).toList();
    assertThat(numbers).as("from all over").anyMatch(n -> n.length() == 2);
    assertThat(numbers).anyMatch(n -> n.startsWith("1")).anyMatch(n -> n.startsWith("3"));
  }

  @Test
  void nobodyIsNewWhereTheSourceKnowsFew() {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < 2_400; i++) {
      pairs.add("u%d i%d".formatted(i % 600, i / 600));
    }
    InteractionSplit split = split(pairs, users(500, 799));
    InteractionSplit alone = split(pairs);
    assertThat(split.newUsers()).isEmpty();
    assertThat(split.validation()).isEqualTo(alone.validation());
    assertThat(split.test()).isEqualTo(alone.test());
    assertThat(split.train().signature()).isEqualTo(alone.train().signature());
  }

  private static Set<String> users(int from, int end) {
    return IntStream.range(from, end).mapToObj(user -> "u" + user).collect(Collectors.toSet());
  }

  @Test
  void everyPairIsInExactlyOnePart() {
    List<String> pairs = new ArrayList<>();
    for (int user = 0; user < 30; user++) {
      for (int i = 0; i <= user; i++) {
        pairs.add("u%d i%d".formatted(user, (7 * user + 11 * i) % 37));
      }
    }
    InteractionSplit split = split(pairs);
    int heldOut = 0;
    for (String user : split.test().keySet()) {
      assertThat(split.train().userNode(user)).isNotNegative();
      heldOut += split.test().get(user).size() + split.validation().get(user).size();
    }
    assertThat(split.train().edges() + heldOut).isEqualTo(pairs.size());
    assertThat(split.test()).hasSize(28).hasSameSizeAs(split.validation());
  }

  @Test
  void newestOfSomeUsersAreHeldOutAndAllElseIsLearntFrom() {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      pairs.add("u%d i%d".formatted(i % 20, i / 20));
    }
    InteractionSplit split = newest(pairs, 5);
    assertThat(split.test()).isEmpty();
    assertThat(split.validation()).hasSize(5).containsValue(List.of("i18", "i19"));
    assertThat(split.train().edges()).isEqualTo(400 - 5 * 2);
  }

  @Test
  void whatValidatesALaterLogWasNotLearntFromBefore() {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      pairs.add("u%d i%d".formatted((i * 7 + i / 13) % 20, i % 97));
    }
    for (int earlier = 100; earlier < 600; earlier += 50) {
      InteractionGraph learnt = newest(pairs.subList(0, earlier), 5).train();
      InteractionSplit later = newest(pairs.subList(0, earlier + 50), 5);
      later
          .validation()
          .forEach(
              (user, items) ->
                  assertThat(items)
                      .noneMatch(
                          item ->
                              learnt.itemNode(item) >= 0
                                  && learnt.areJoined(
                                      learnt.userNode(user), learnt.itemNode(item))));
    }
  }

  @Test
  void comesBackAsItWasWritten() throws IOException {
    InteractionSplit split = newest(List.of("u a", "v a", "u b", "v b", "u c", "v d"), 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    split.write(new DataOutputStream(bytes));
    InteractionSplit read =
        InteractionSplit.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(read.validation()).isEqualTo(split.validation()).hasSize(1);
    assertThat(read.train().userIds()).isEqualTo(split.train().userIds());
    assertThat(read.train().itemIds()).isEqualTo(split.train().itemIds());
    assertThat(read.train().signature()).isEqualTo(split.train().signature());
  }

  private static InteractionSplit newest(List<String> pairs, int usersMax) {
    return InteractionSplit.ofNewest(new ClickLog(Pairs.clicks(pairs), List.of()), usersMax);
  }

  private static InteractionSplit split(List<String> pairs, Set<String> sourceUsers) {
    return InteractionSplit.of(new ClickLog(Pairs.clicks(pairs), List.of()), sourceUsers);
  }

  private static InteractionSplit split(List<String> pairs) {
    return split(pairs, Set.of());
  }
}
