package io.freshet.schemas;

import com.fasterxml.jackson.databind.node.ObjectNode;

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
  void write(Item item, ObjectNode fields) {
    fields.put("item_id", item.itemId());
    putGiven(fields, "category_id", item.categoryId());
    putGiven(fields, "title", item.title());
    putGiven(fields, "domain", item.domain());
    fields.put("available", item.available());
  }
}
