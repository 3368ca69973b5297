package io.freshet.local.data;

import io.freshet.model.ClickLog;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.model.LeaveOneOut;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Reads public data sets, each in the format of its publisher, plain or gzipped. */
public final class DataSets {
  private static final List<DataSet> UNDERSTOOD =
      List.of(
          new MovieLens1m(),
          new MovieLensCsv(),
          new KuaiRand(),
          new TaobaoUserBehavior(),
          new AmazonFoodKitchen(),
          new ReChorus(),
          new RecBole());

  private DataSets() {}

  /** One publisher's format. */
  interface DataSet {
    /** Returns the name, and the files by which a folder of it is known. */
    String description();

    boolean isIn(DataFolder folder) throws IOException;

    /** Tells {@code log} of the items, and of what users clicked or were shown. */
    void read(DataFolder folder, LogBuilder log) throws IOException;
  }

  /** A format that also tells what was shown and not clicked. */
  interface LabeledDataSet extends DataSet {
    /** Tells {@code log} what is known of the users, and what they clicked before. */
    void readUsers(DataFolder folder, LogBuilder log) throws IOException;
  }

  /** A format in which the publisher chose the clicks to hold out. */
  interface SplitDataSet extends DataSet {
    /**
     * Returns the clicks as they are split.
     *
     * @param testFile what to hold out instead of what the folder holds out; null for none
     */
    LeaveOneOut readSplit(DataFolder folder, Path testFile) throws IOException;
  }

  /**
   * Returns the clicks and items of a folder, whose format its files tell.
   *
   * @throws IOException also when the folder holds no data set that is understood, a line of it is
   *     not what it must be, or there are no clicks in it
   */
  public static ClickLog read(Path directory) throws IOException {
    DataFolder folder = new DataFolder(directory);
    return clicks(dataSetIn(folder), folder);
  }

  /**
   * Returns the clicks of one domain, and all items.
   *
   * @param domain null for all
   * @throws IOException as {@link #read(Path)} does, and when there are no clicks of that domain
   */
  public static ClickLog read(Path directory, String domain) throws IOException {
    ClickLog log = read(directory);
    if (domain == null) {
      return log;
    }
    List<ClickEvent> clicks =
        log.clicks().stream().filter(click -> domain.equals(click.domain())).toList();
    if (clicks.isEmpty()) {
      throw new IOException(
          "domain must be one of those in %s: %s, was '%s'"
              .formatted(directory, domains(log), domain));
    }
    return new ClickLog(clicks, log.items());
  }

  /**
   * Returns the domains of a folder's clicks, separated by commas; "none" where it tells none.
   *
   * @throws IOException as {@link #read(Path)} does
   */
  public static String domains(Path directory) throws IOException {
    return domains(read(directory));
  }

  private static String domains(ClickLog log) {
    String domains =
        log.clicks().stream()
            .map(ClickEvent::domain)
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return domains.isEmpty() ? "none" : domains;
  }

  /**
   * Returns what users were shown and whether they clicked it.
   *
   * @throws IOException as {@link #read} does, and when the data set tells of clicks alone
   */
  public static ImpressionLog readImpressions(Path directory) throws IOException {
    DataFolder folder = new DataFolder(directory);
    DataSet dataSet = dataSetIn(folder);
    if (!(dataSet instanceof LabeledDataSet labeled)) {
      throw new IOException(
          "data folder must hold a data set that tells what was not clicked, was %s with %s; these do:%s"
              .formatted(
                  directory,
                  dataSet.description(),
                  list(UNDERSTOOD.stream().filter(LabeledDataSet.class::isInstance).toList())));
    }
    LogBuilder log = LogBuilder.ofImpressions();
    labeled.readUsers(folder, log);
    labeled.read(folder, log);
    ImpressionLog read = log.impressions();
    checkClicked(read.impressions().stream().anyMatch(Impression::clicked), dataSet, folder);
    return read;
  }

  /**
   * Returns the clicks with some held out. Of a data set that its publisher split, what is held out
   * for tuning is for validation; what is asked about are the clicks of {@code testFile}, or where
   * there is none those for validation again. Of others see {@link LeaveOneOut#ofLastClicks}.
   *
   * @param testFile null for none
   * @throws IOException as {@link #read} does, and when a test file comes with a data set that is
   *     not split
   */
  public static LeaveOneOut readLeaveOneOut(Path directory, Path testFile) throws IOException {
    DataFolder folder = new DataFolder(directory);
    DataSet dataSet = dataSetIn(folder);
    if (testFile != null && !Files.exists(testFile)) {
      throw new IOException("test file must exist, was " + testFile);
    }
    if (dataSet instanceof SplitDataSet split) {
      LeaveOneOut read = split.readSplit(folder, testFile);
      checkClicked(!read.train().clicks().isEmpty(), dataSet, folder);
      return read;
    }
    if (testFile != null) {
      throw new IOException(
          "test file must come with a data set that is split already, was %s with %s; these are:%s"
              .formatted(
                  testFile,
                  dataSet.description(),
                  list(UNDERSTOOD.stream().filter(SplitDataSet.class::isInstance).toList())));
    }
    return LeaveOneOut.ofLastClicks(clicks(dataSet, folder));
  }

  private static ClickLog clicks(DataSet dataSet, DataFolder folder) throws IOException {
    LogBuilder log = LogBuilder.ofClicks();
    dataSet.read(folder, log);
    ClickLog read = log.clicks();
    checkClicked(!read.clicks().isEmpty(), dataSet, folder);
    return read;
  }

  private static void checkClicked(boolean hasClicks, DataSet dataSet, DataFolder folder)
      throws IOException {
    if (!hasClicks) {
      throw new IOException(
          "Cannot use %s: there are no clicks in it, read as %s"
              .formatted(folder.directory(), dataSet.description()));
    }
  }

  private static DataSet dataSetIn(DataFolder folder) throws IOException {
    Path directory = folder.directory();
    if (!Files.isDirectory(directory)) {
      throw new IOException("data folder must be a directory, was " + directory);
    }
    for (DataSet dataSet : UNDERSTOOD) {
      if (dataSet.isIn(folder)) {
        return dataSet;
      }
    }
    throw new IOException(
        "data folder must hold one of these data sets, its files plain or gzipped, was %s:%s"
            .formatted(directory, list(UNDERSTOOD)));
  }

  private static String list(List<DataSet> dataSets) {
    return dataSets.stream().map(d -> "\n  " + d.description()).collect(Collectors.joining());
  }
}
