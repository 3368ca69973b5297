package io.freshet.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;

/** The files of the repository, for tests that hold them against each other. */
final class BuildFiles {
  static final Path ROOT = Path.of("../..");
  static final Path DEPLOY = ROOT.resolve("deploy");

  private BuildFiles() {}

  static String text(String path) throws IOException {
    return Files.readString(DEPLOY.resolve(path));
  }

  static JsonNode yaml(String path) throws IOException {
    return new YAMLMapper().readTree(DEPLOY.resolve(path).toFile());
  }

  /** Returns what {@code xpath} selects in a pom, with the root pom's properties filled in. */
  static String pom(String module, String xpath) throws Exception {
    String selected = select(ROOT.resolve(module).resolve("pom.xml"), xpath);
    Path folder = ROOT.resolve(module).normalize();
    return selected.replace("${project.build.directory}", folder.getFileName() + "/target");
  }

  /** Returns a property of the root pom. */
  static String property(String name) throws Exception {
    return pom("", "/project/properties/*[local-name()='" + name + "']");
  }

  private static String select(Path pom, String xpath) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
    try {
      return XPathFactory.newInstance().newXPath().evaluate(xpath, document).strip();
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException("Cannot read " + xpath, e);
    }
  }
}
