package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a project that is built, with a Java that says what it was started with. */
@Timeout(60)
class LauncherTest {
  @TempDir private Path folder;
  private Path project;

  @BeforeEach
  void builtProject() throws IOException {
    project = Files.createDirectories(folder.toRealPath().resolve("the project"));
    Files.copy(BuildFiles.ROOT.resolve("freshet"), project.resolve("freshet"));
    write(project.resolve("deploy/local/target/launcher/classpath"), "libraries");
    Path java = write(folder.resolve("jdk/bin/java"), "#!/bin/sh\necho \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void linksToTheLauncherLeadToItsProject() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), Path.of("../the project/freshet"));
    Files.createSymbolicLink(bin.resolve("second"), bin.resolve("first"));
    assertThat(started("", bin.resolve("second").toString())).contains(classpath());
  }

  @Test
  void foldersThatTheShellSearchesAreNotTakenForTheProject() throws Exception {
    Files.createDirectories(folder.resolve("other/the project"));
    assertThat(started(folder + "/other:" + folder, "the project/freshet")).contains(classpath());
  }

  private String classpath() {
    return "-cp %s/deploy/local/target/classes:libraries".formatted(project);
  }

  private String started(String cdPath, String launcher) throws Exception {
    ProcessBuilder bash =
        new ProcessBuilder(List.of("bash", launcher, "demo"))
            .directory(folder.toFile())
            .redirectErrorStream(true);
    bash.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    bash.environment().put("CDPATH", cdPath);
    Process process = bash.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
