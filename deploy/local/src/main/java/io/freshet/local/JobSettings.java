package io.freshet.local;

import static io.freshet.model.Check.check;

import java.util.HashMap;
import java.util.Map;

/** The settings of a job that a command runs: some it sets itself, the rest is up to the user. */
public final class JobSettings {
  private JobSettings() {}

  /**
   * Returns both.
   *
   * @throws IllegalArgumentException where one that the command sets itself has been given too,
   *     which would do nothing
   */
  public static Map<String, String> of(Map<String, String> given, Map<String, String> own) {
    Map<String, String> settings = new HashMap<>(given);
    own.forEach(
        (name, value) -> {
          String other = settings.put(name, value);
          check(other == null, "--set " + name, "left out, since this command sets it", other);
        });
    return settings;
  }
}
