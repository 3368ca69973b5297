package io.freshet.streaming;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a user has set, checked against the settings that there are. */
public final class Settings {
  private static final String CONFIG_FILE = "config";
  private static final String ANY = "*";

  private final Map<String, String> given;

  /**
   * @param known every setting that the job reads; where one's name ends with {@code *}, any name
   *     that begins like it is taken, and passed on
   * @throws IllegalArgumentException for a key that nobody reads
   */
  public Settings(Map<String, String> given, List<Setting<?>> known) {
    List<String> names = known.stream().map(Setting::name).toList();
    for (String key : given.keySet()) {
      if (names.stream().noneMatch(name -> isNamed(key, name))) {
        throw new IllegalArgumentException(
            "Unknown setting '%s'; did you mean '%s'?".formatted(key, nearest(key, names)));
      }
    }
    this.given = Map.copyOf(given);
  }

  private static boolean isNamed(String key, String name) {
    return name.endsWith(ANY)
        ? key.startsWith(name.substring(0, name.length() - ANY.length()))
        : key.equals(name);
  }

  /**
   * Returns the settings in a command line: {@code --name value} or {@code --name=value}, and those
   * in the properties file that {@code --config} names, where the command line does not set them.
   */
  public static Map<String, String> ofArguments(String... arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].startsWith("--")) {
        throw new IllegalArgumentException(
            "Argument must be --name value, was '%s'".formatted(arguments[i]));
      }
      String[] nameAndValue = arguments[i].substring(2).split("=", 2);
      if (nameAndValue.length == 1 && i + 1 == arguments.length) {
        throw new IllegalArgumentException("Argument %s must have a value".formatted(arguments[i]));
      }
      String value = nameAndValue.length == 2 ? nameAndValue[1] : arguments[++i];
      if (given.put(nameAndValue[0], value) != null) {
        throw new IllegalArgumentException(
            "Argument --%s must be given once, was given twice".formatted(nameAndValue[0]));
      }
    }
    String file = given.remove(CONFIG_FILE);
    if (file != null) {
      ofFile(Path.of(file)).forEach(given::putIfAbsent);
    }
    return given;
  }

  /** Returns the settings in a properties file. */
  private static Map<String, String> ofFile(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the settings in %s: %s".formatted(file, e), e);
    }
    Map<String, String> given = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> given.put(key, properties.getProperty(key)));
    return given;
  }

  /** Returns what is set, or the default. */
  public <T> T get(Setting<T> setting) {
    String text = given.getOrDefault(setting.name(), setting.defaultValue());
    if (text == null) {
      throw new IllegalArgumentException(
          "%s must be given: %s".formatted(setting.name(), setting.meaning()));
    }
    return setting.parse(text);
  }

  /** Returns what is set, or {@code otherwise} where the user has said nothing. */
  public <T> T getGiven(Setting<T> setting, T otherwise) {
    return given.containsKey(setting.name()) ? get(setting) : otherwise;
  }

  /** Returns what is set below {@code prefix}, by the rest of the names. */
  public Map<String, String> below(String prefix) {
    return given.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().substring(prefix.length()), Map.Entry::getValue));
  }

  /** Returns the table of {@code settings} in Markdown. */
  public static String table(List<Setting<?>> settings) {
    return settings.stream()
        .map(
            setting ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        setting.name(),
                        isEmpty(setting.defaultValue()) ? "" : "`" + setting.defaultValue() + "`",
                        setting.allowed(),
                        setting.meaning()))
        .collect(
            Collectors.joining(
                "", "| setting | default | allowed | meaning |\n|---|---|---|---|\n", ""));
  }

  private static boolean isEmpty(String text) {
    return text == null || text.isEmpty();
  }

  private static String nearest(String key, List<String> names) {
    return names.stream().min(Comparator.comparingInt(name -> distance(key, name))).orElseThrow();
  }

  /** The fewest characters to insert, delete or replace to turn {@code a} into {@code b}. */
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
