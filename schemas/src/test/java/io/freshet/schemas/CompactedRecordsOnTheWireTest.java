package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompactedRecordsOnTheWireTest {
  private static final String SHA_256 = "0123456789abcdef".repeat(4);

  @Test
  void itemNeedsItsIdOnlyAndIsAvailableUnlessItSaysOtherwise() throws MalformedRecordException {
    assertThat(item("{\"item_id\":\"i9\"}")).isEqualTo(new Item("i9", null, null, null, true));
    assertThat(
            item(
                """
                {"item_id":"i9","category_id":"c1","title":"","domain":"food","available":false}"""))
        .isEqualTo(new Item("i9", "c1", "", "food", false));
    assertThatThrownBy(() -> item("{\"item_id\":\"i9\",\"available\":\"no\"}"))
        .hasMessage("available must be true or false, was \"no\"");
  }

  @Test
  void releaseSaysWhereItsFilesAreAndHowToCheckThem() throws MalformedRecordException {
    assertThat(release(SHA_256, "{\"auc\":0.75,\"epochs\":3}"))
        .isEqualTo(
            new Release(
                "bst",
                "bst",
                "7",
                "s3://models/bst/7",
                SHA_256,
                Instant.parse("2026-11-23T10:00:00Z"),
                Map.of("auc", 0.75, "epochs", 3.0),
                Map.of("pcrec", "3")));
  }

  @Test
  void releaseIsRefusedWhenItsSumOrItsMetricsAreNone() {
    assertThatThrownBy(() -> release(SHA_256.toUpperCase(Locale.ROOT), "{}"))
        .hasMessageStartingWith("sha256 must be 64 hex digits in lower case, was \"0123");
    assertThatThrownBy(() -> release(SHA_256, "{\"auc\":1e999}"))
        .hasMessage("metrics.auc must be a finite number, was the number Infinity");
    assertThatThrownBy(() -> release(SHA_256, "{\"auc\":\"high\"}"))
        .hasMessage("metrics.auc must be a finite number, was \"high\"");
  }

  private static Item item(String json) throws MalformedRecordException {
    return Topics.ITEMS.codec().decode(json.getBytes(UTF_8));
  }

  private static Release release(String sha256, String metrics) throws MalformedRecordException {
    String json =
        """
        {"artifact":"bst","kind":"bst","version":"7","uri":"s3://models/bst/7","sha256":"%s",
         "created_at":"2026-11-23T10:00:00Z","metrics":%s,"pins":{"pcrec":"3"}}"""
            .formatted(sha256, metrics);
    return Topics.RELEASES.codec().decode(json.getBytes(UTF_8));
  }
}
