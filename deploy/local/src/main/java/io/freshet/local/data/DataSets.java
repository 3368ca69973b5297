package io.freshet.local.data;

import io.freshet.model.ClickLog;
import io.freshet.model.ImpressionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Reads public data sets, each in the format of its publisher, plain or gzipped. */
public final class DataSets {
  private static final List<DataSet> UNDERSTOOD =
      List.of(
          new MovieLens1m(),
          new MovieLensCsv(),
          new KuaiRand(),
          new TaobaoUserBehavior(),
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

  /**
   * Returns the clicks and items of a folder, whose format its files tell.
   *
   * @throws IOException also when the folder holds no data set that is understood, or a line of it
   *     is not what it must be
   */
  public static ClickLog read(Path directory) throws IOException {
    DataFolder folder = new DataFolder(directory);
    return clicks(dataSetIn(folder), folder);
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
    return log.impressions();
  }

  private static ClickLog clicks(DataSet dataSet, DataFolder folder) throws IOException {
    LogBuilder log = LogBuilder.ofClicks();
    dataSet.read(folder, log);
    return log.clicks();
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
