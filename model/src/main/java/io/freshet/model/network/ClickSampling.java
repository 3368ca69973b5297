package io.freshet.model.network;

import static io.freshet.model.Check.check;

/**
 * How examples are made of clicks, which tell what was clicked but not what was not.
 *
 * @param negatives K, the number of items shown next to each clicked one
 * @param retrieved the share of them drawn from what retrieval would have found for the user at
 *     that moment: the items that the network will have to tell apart
 * @param popular the share of them drawn as often as they are clicked; the rest are drawn evenly
 *     from all items
 * @param validationShare the share of clicks, the newest, that is not learnt from but measured with
 * @param minimumClicks an item with fewer is learnt as an unknown one
 */
public record ClickSampling(
    int negatives, double retrieved, double popular, double validationShare, int minimumClicks) {

  public ClickSampling {
    check(negatives >= 1, "negatives", "at least 1", negatives);
    check(
        retrieved >= 0 && popular >= 0 && retrieved + popular <= 1,
        "retrieved and popular",
        "shares of at most 1 together",
        retrieved + " and " + popular);
    check(
        validationShare > 0 && validationShare < .5,
        "validationShare",
        "in (0, 0.5)",
        validationShare);
    check(minimumClicks >= 1, "minimumClicks", "at least 1", minimumClicks);
  }

  /** For up to some hundred thousand clicks, or seconds of training. */
  public static ClickSampling standard() {
    return new ClickSampling(8, .5, .25, .05, 2);
  }
}
