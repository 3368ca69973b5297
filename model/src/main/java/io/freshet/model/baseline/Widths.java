package io.freshet.model.baseline;

import java.util.List;

/**
 * The sizes that networks have in common.
 *
 * @param item of an item's embedding
 * @param category of a category's embedding
 * @param position of the embedding of where a behavior stands
 * @param context of the embedding of one piece of context
 * @param mlp of the fully connected layers
 */
public record Widths(int item, int category, int position, int context, List<Integer> mlp) {
  public Widths {
    mlp = List.copyOf(mlp);
  }

  /** The sizes of {@link io.freshet.model.bst.BstConfig#standard}. */
  public static Widths standard() {
    return new Widths(32, 16, 16, 16, List.of(1024, 512, 256));
  }

  /** The sizes of {@link io.freshet.model.bst.BstConfig#small}. */
  public static Widths small() {
    return new Widths(32, 16, 16, 16, List.of(128, 64));
  }
}
