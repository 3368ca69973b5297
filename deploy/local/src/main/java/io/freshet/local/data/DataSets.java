package io.freshet.local.data;

import io.freshet.model.ClickLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Reads public data sets as clicks, each in the format of its publisher, plain or gzipped. */
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

    ClickLog read(DataFolder folder) throws IOException;
  }

  /**
   * Returns the clicks and items of a folder, whose format its files tell.
   *
   * @throws IOException also when the folder holds no data set that is understood, or a line of it
   *     is not what it must be
   */
  public static ClickLog read(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IOException("data folder must be a directory, was " + directory);
    }
    DataFolder folder = new DataFolder(directory);
    for (DataSet dataSet : UNDERSTOOD) {
      if (dataSet.isIn(folder)) {
        return dataSet.read(folder);
      }
    }
    throw new IOException(
        UNDERSTOOD.stream()
            .map(dataSet -> "\n  " + dataSet.description())
            .collect(
                Collectors.joining(
                    "",
                    "data folder must hold one of these data sets, its files plain or gzipped, was "
                        + directory
                        + ":",
                    "")));
  }
}
