package io.freshet.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** {@link Item} on the wire; only the id is required. */
final class ItemJson extends JsonCodec<Item> {
  private static final long serialVersionUID = 1;
  private static final int MAX_TITLE_CHARACTERS = 4_096;

  @Override
  Item read(JsonFields fields) throws MalformedRecordException {
    return new Item(
        fields.id("item_id"),
        fields.id("category_id", null),
        fields.text("title", MAX_TITLE_CHARACTERS),
        fields.id("domain", null),
        fields.flag("available", true));
  }

  @Override
  void write(Item item, JsonGenerator out) throws IOException {
    out.writeStringField("item_id", item.itemId());
    writeGiven(out, "category_id", item.categoryId());
    writeGiven(out, "title", item.title());
    writeGiven(out, "domain", item.domain());
    out.writeBooleanField("available", item.available());
  }
}
