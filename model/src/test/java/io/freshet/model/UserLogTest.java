package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UserLogTest {
  private static final Behavior FIRST = new Behavior("0a1b", "i1", 1_000, "click");
  private static final Behavior SECOND = new Behavior("b", "i2", 1_001, "click");
  private static final KnownUser NOBODY = KnownUser.nobody(3, 3);

  @Test
  void entriesSayAllThatIsKnown() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      KnownUser nobody = KnownUser.nobody(1 + random.nextInt(20), 1 + random.nextInt(30));
      UserLog log = UserLog.begin(nobody, seed);
      for (int i = random.nextInt(40); i > 0; i--) {
        log = log.with(behavior(random), seed);
      }
      List<byte[]> entries = new ArrayList<>(List.of(log.firstEntry()));
      log = UserLog.begin(log.known(), seed);
      for (int i = random.nextInt(10); i > 0; i--) {
        Behavior behavior = behavior(random);
        log = log.with(behavior, 1_000 + i);
        entries.add(UserLog.entry(behavior, 1_000 + i));
      }

      assertThat(UserLog.read(nobody, entries)).as("seed %d", seed).isEqualTo(log);
    }
  }

  @Test
  void lessIsKnownWhereLessIsKept() {
    UserLog log = UserLog.begin(NOBODY.with(FIRST).with(SECOND), 7);

    UserLog shorter = UserLog.read(KnownUser.nobody(1, 1), List.of(log.firstEntry()));

    assertThat(shorter.known()).isEqualTo(KnownUser.nobody(1, 1).with(SECOND));
  }

  @Test
  void behaviorsWithoutWhatTheyFollowedAreNoLog() {
    assertThat(UserLog.read(NOBODY, List.of())).isNull();
    assertThat(UserLog.read(NOBODY, List.of(UserLog.entry(FIRST, 5)))).isNull();
  }

  @Test
  void behaviorTakesFewBytesHoweverMuchIsKnown() {
    Behavior behavior =
        new Behavior("0123456789abcdef0123456789abcdef", "i123456", 1_700_000_000_000L, "click");

    assertThat(UserLog.entry(behavior, 1_700_000_000_000L)).hasSizeLessThan(50);
  }

  @Test
  void idsComeBackAsTheyWere() {
    for (String id : List.of("", "a", "ab", "AB", "0a1b2c", "0a1b2", "x0", "0x", "\u00e9\u00e9")) {
      Behavior behavior = new Behavior(id, id, 1, id);
      List<byte[]> entries =
          List.of(UserLog.begin(NOBODY, 1).firstEntry(), UserLog.entry(behavior, 2));

      assertThat(UserLog.read(NOBODY, entries).known().sequence().behaviors())
          .containsExactly(behavior);
    }
  }

  @Test
  void entriesOfEarlierVersionsAreStillRead() {
    HexFormat hex = HexFormat.of();
    List<byte[]> entries =
        List.of(
            hex.parseHex("020a02030a1b046931d00f000a636c69636b0204693100d00f"),
            hex.parseHex("040c0262046932d20f000a636c69636b"));

    assertThat(UserLog.read(NOBODY, entries))
        .isEqualTo(UserLog.begin(NOBODY.with(FIRST), 5).with(SECOND, 6));
  }

  @Test
  void bytesThatAreNoEntryAreRefused() {
    byte[] whole = UserLog.begin(NOBODY.with(FIRST).with(SECOND), 7).firstEntry();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> UserLog.read(NOBODY, List.of(cut)))
          .hasMessageContaining("packed bytes must be whole, were damaged at");
    }
    byte[] endless = HexFormat.of().parseHex("020a02ffffffffffffffffff0104693102000a636c69636b00");
    assertThatThrownBy(() -> UserLog.read(NOBODY, List.of(endless)))
        .hasMessageContaining("packed bytes must be whole, were damaged at");
    assertThatThrownBy(() -> UserLog.read(NOBODY, List.of(new byte[] {6, 0})))
        .hasMessage("entry of a user's log must be of kind 1 or 2, was 3");
  }

  private static Behavior behavior(Random random) {
    HexFormat hex = HexFormat.of();
    String eventId =
        random.nextBoolean() ? hex.toHexDigits(random.nextLong()) : "e" + random.nextInt();
    String item = "\u00e9\ud83d\ude00".repeat(random.nextInt(90)) + random.nextInt(20);
    long time = random.nextInt(8) == 0 ? Behavior.UNKNOWN_TIME : random.nextLong();
    return new Behavior(eventId, item, time, "a" + random.nextInt(200));
  }
}
