package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class TopicTest {
  private static final byte[] KEY = "i9".getBytes(UTF_8);

  @Test
  void tombstoneRemovesAnItemAndWithdrawsARelease() throws MalformedRecordException {
    assertThat(Topics.ITEMS.decode(KEY, null)).isEqualTo(new Item("i9", null, null, null, false));
    assertThat(Topics.RELEASES.decode("bst".getBytes(UTF_8), null))
        .isEqualTo(Release.withdrawn("bst"))
        .matches(Release::isWithdrawn);
    assertThat(new RandomRecords(1).release()).matches(release -> !release.isWithdrawn());
  }

  @Test
  void tombstoneIsMalformedWhereNothingIsCompacted() {
    assertThatThrownBy(() -> Topics.CLICK_EVENTS.decode(KEY, null))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("value must be a record on topic click-events, was null (a tombstone)");
    assertThatThrownBy(() -> Topics.RECOMMENDATION_REQUESTS.decode(KEY, null))
        .isInstanceOf(MalformedRecordException.class);
  }

  @Test
  void tombstoneMustNameAnId() {
    assertThatThrownBy(() -> Topics.ITEMS.decode(null, null))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("key of a tombstone must be an id, was null");
    assertThatThrownBy(() -> Topics.ITEMS.decode(new byte[0], null))
        .isInstanceOf(MalformedRecordException.class);
    assertThatThrownBy(() -> Topics.ITEMS.decode(new byte[] {(byte) 0xFF}, null))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("key must be UTF-8, was 1 bytes that are not");
  }

  @Test
  void payloadDecidesAndADifferingKeyIsSeen() throws MalformedRecordException {
    byte[] other = "i8".getBytes(UTF_8);
    Item item = Topics.ITEMS.decode(other, "{\"item_id\":\"i9\"}".getBytes(UTF_8));

    assertThat(item.itemId()).isEqualTo("i9");
    assertThat(Topics.ITEMS.isKeyOf(KEY, item)).isTrue();
    assertThat(Topics.ITEMS.isKeyOf(other, item)).isFalse();
    assertThat(Topics.ITEMS.isKeyOf(null, item)).isFalse();
  }

  @Test
  void travelsWithTheJobToItsCluster() throws Exception {
    Topic<?> arrived = (Topic<?>) deserialized(serialized(Topics.ITEMS));

    assertThat(arrived.name()).isEqualTo("items");
    assertThat(arrived.decode(KEY, null)).isEqualTo(Item.removed("i9"));
    assertThat(arrived.decode(null, "{\"item_id\":\"i9\"}".getBytes(UTF_8)))
        .isEqualTo(new Item("i9", null, null, null, true));
  }

  private static byte[] serialized(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  @SuppressWarnings("BanSerializableRead") // its own bytes
  private static Object deserialized(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }
}
