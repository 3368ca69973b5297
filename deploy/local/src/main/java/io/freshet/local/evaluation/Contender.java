package io.freshet.local.evaluation;

import io.freshet.model.baseline.DeepInterestNetwork;
import io.freshet.model.baseline.SelfAttentiveSequence;
import io.freshet.model.baseline.WideAndDeep;
import io.freshet.model.baseline.Widths;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstConfig.Readout;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model as it is named on the command line, for example {@code bst:depth=2,readout=concat}.
 *
 * @param name as given
 * @param kind what stands before the colon
 * @param options what stands after it, by name
 */
record Contender(String name, String kind, Map<String, String> options) {
  static final String POPULAR = "popular";
  static final String CO_CLICK = "co-click";
  private static final int DIN_UNIT = 36;
  private static final int SASREC_HEADS = 2;
  private static final int SASREC_DEPTH = 2;

  private static final Map<String, Set<String>> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put(POPULAR, Set.of());
    KNOWN.put(CO_CLICK, Set.of());
    KNOWN.put("wdl", Set.of("length"));
    KNOWN.put("wdl-seq", Set.of("length"));
    KNOWN.put("din", Set.of("length", "position"));
    KNOWN.put("sasrec", Set.of("length", "depth"));
    KNOWN.put("bst", Set.of("length", "depth", "position", "readout", "vectors"));
  }

  /** How large the networks are. */
  enum Size {
    SMALL,
    PAPER;

    private Widths widths() {
      return this == SMALL ? Widths.small() : Widths.standard();
    }

    private BstConfig bst() {
      return this == SMALL ? BstConfig.small() : BstConfig.standard();
    }
  }

  /** Returns the models of a list separated by commas, as their options are too. */
  static List<Contender> parseAll(String list) {
    return parseAll(list, KNOWN);
  }

  /**
   * Returns the models of a list, of other kinds.
   *
   * @param known the names of the options of each kind
   */
  static List<Contender> parseAll(String list, Map<String, Set<String>> known) {
    List<String> names = new ArrayList<>();
    for (String piece : list.split(",", -1)) {
      int last = names.size() - 1;
      boolean goesOn = last >= 0 && piece.contains("=") && !piece.contains(":");
      if (goesOn) {
        names.set(last, names.get(last) + "," + piece);
      } else {
        names.add(piece);
      }
    }
    return names.stream().map(name -> parse(name.strip(), known)).toList();
  }

  private static Contender parse(String name, Map<String, Set<String>> kinds) {
    String[] parts = name.split(":", 2);
    Set<String> known = kinds.get(parts[0]);
    if (known == null) {
      throw new IllegalArgumentException(
          "model must be one of %s, was '%s'".formatted(String.join(", ", kinds.keySet()), name));
    }
    Map<String, String> options = new LinkedHashMap<>();
    if (parts.length == 2) {
      for (String option : parts[1].split(",", -1)) {
        String[] pair = option.split("=", 2);
        if (pair.length != 2 || !known.contains(pair[0])) {
          throw new IllegalArgumentException(
              "options of model %s must be NAME=VALUE with names of %s, was '%s'"
                  .formatted(parts[0], known.stream().sorted().toList(), option));
        }
        options.put(pair[0], pair[1]);
      }
    }
    return new Contender(name, parts[0], options);
  }

  /** Returns whether this learns weights. */
  boolean isNetwork() {
    return !kind.equals(POPULAR) && !kind.equals(CO_CLICK);
  }

  /** What vectors a model is given. */
  private enum Vectors {
    NONE,
    PCREC
  }

  /** Returns whether this is given vectors, which are learnt before it. */
  boolean isGivenVectors() {
    return choice("vectors", Vectors.class, Vectors.NONE) == Vectors.PCREC;
  }

  /** Returns the form of the network. */
  NetworkForm form(Size size, float dropout) {
    int length = number("length", size.bst().sequenceLength());
    return switch (kind) {
      case "wdl" -> new WideAndDeep(length, false, size.widths(), dropout);
      case "wdl-seq" -> new WideAndDeep(length, true, size.widths(), dropout);
      case "din" ->
          new DeepInterestNetwork(
              length, position(Position.NONE), DIN_UNIT, size.widths(), dropout);
      case "sasrec" ->
          new SelfAttentiveSequence(
              length,
              size.widths().item() + size.widths().category() + size.widths().position(),
              SASREC_HEADS,
              number("depth", SASREC_DEPTH),
              dropout);
      case "bst" ->
          size.bst()
              .withSequenceLength(length)
              .with(position(Position.AGE))
              .with(
                  number("depth", size.bst().depth()),
                  choice("readout", Readout.class, size.bst().readout()))
              .withDropout(dropout)
              .withVectors(isGivenVectors() ? LearntVectors.width() : 0);
      default -> throw new IllegalStateException(name + " learns no weights");
    };
  }

  private Position position(Position otherwise) {
    return choice("position", Position.class, otherwise);
  }

  /** Returns a whole number among the options. */
  int number(String option, int otherwise) {
    String given = options.get(option);
    try {
      return given == null ? otherwise : Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s of model %s must be a whole number, was '%s'".formatted(option, kind, given), e);
    }
  }

  /** Returns one of some names among the options. */
  <E extends Enum<E>> E choice(String option, Class<E> type, E otherwise) {
    String given = options.get(option);
    if (given == null) {
      return otherwise;
    }
    return Arrays.stream(type.getEnumConstants())
        .filter(value -> value.name().equalsIgnoreCase(given))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s of model %s must be one of %s, was '%s'"
                        .formatted(
                            option,
                            kind,
                            Arrays.stream(type.getEnumConstants())
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")),
                            given)));
  }
}
