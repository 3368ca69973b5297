package io.freshet.model.bst;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * ONNX Runtime with its natives unpacked into a folder that goes with the process: the folder that
 * it makes by itself stays, empty, for it is to be deleted before what lies in it.
 */
final class OnnxNatives {
  private static final String FOLDER = "onnxruntime.native.path"; // where it looks for them
  private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

  private OnnxNatives() {}

  /** Returns the engine, of which a process has one. */
  static synchronized OrtEnvironment engine() {
    if (System.getProperty(FOLDER) == null) {
      unpack();
    }
    return OrtEnvironment.getEnvironment();
  }

  private static void unpack() {
    try {
      Path folder = Files.createTempDirectory("freshet-onnxruntime");
      folder.toFile().deleteOnExit(); // after what is registered later
      for (String library : LIBRARIES) {
        String name = System.mapLibraryName(library);
        Path unpacked = folder.resolve(name);
        unpacked.toFile().deleteOnExit();
        try (InputStream packed =
            OrtEnvironment.class.getResourceAsStream(
                "/ai/onnxruntime/native/%s/%s".formatted(platform(), name))) {
          if (packed != null) { // else it says itself what it lacks
            Files.copy(packed, unpacked);
          }
        }
      }
      System.setProperty(FOLDER, folder.toString());
    } catch (IOException e) {
      throw new IllegalStateException("Cannot unpack ONNX Runtime's natives: " + e, e);
    }
  }

  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x64";
    return (system.startsWith("mac") ? "osx-" : "linux-") + processor;
  }
}
